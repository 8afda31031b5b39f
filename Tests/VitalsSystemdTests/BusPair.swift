import Testing
import VitalsModel
import VitalsSystemd
import VitalsTestKit

/// A client and a server on a private bus, both on one loop.
struct BusPair {
    static let name = "org.example.Server"
    let daemon: PrivateBus
    let loop: EventLoop
    let client: BusConnection
    let server: BusConnection

    init(policy: String = "") throws {
        daemon = try PrivateBus(policy: policy)
        loop = try EventLoop()
        client = try BusConnection(address: daemon.address, loop: loop)
        server = try BusConnection(address: daemon.address, loop: loop)
        var named: Result<Void, BusError>?
        server.requestName(Self.name, deadline: .seconds(20)) { named = $0 }
        try loop.run { named != nil }
        try named?.get()
    }

    static func call(_ member: String, _ arguments: [BusValue] = []) -> BusCall {
        BusCall(name, "/object", "org.example.Interface", member, arguments)
    }

    /// Calls and turns the loop until the answer is here.
    func result(of call: BusCall, deadline: MonotonicTime.Span = .seconds(20)) throws -> Result<[BusValue], BusError> {
        var result: Result<[BusValue], BusError>?
        client.call(call, deadline: deadline) { result = $0 }
        try loop.run { result != nil }
        return try #require(result)
    }

    /// The names of the open descriptors of this process would change under other tests; a connection's own are counted
    /// by what they hold.
    func settle() throws {
        _ = try result(of: .toBus("GetId", [])).get()
        try loop.drain()
    }
}
