import Testing
import VitalsBlueZ
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

/// `BlueZLinks` and an org.bluez whose every answer a test gives by hand, both on one loop. It has one strap.
final class ScriptedBlueZ {
    let bus: PrivateBus
    let loop: EventLoop
    let server: BusConnection
    let links: BlueZLinks
    private(set) var events: [LinkEvent] = []
    /// What it says that it has.
    var objects: BusValue
    /// Calls that wait for their answers.
    private(set) var requests: [BusRequest] = []
    /// Who registered the pairing agent.
    private(set) var clientName: String?
    let strap = SensorAddress(rawValue: 0xC000_0000_0001)
    let hci0 = AdapterIndex(0)

    init(connected: Bool, resolved: Bool? = nil) throws {
        objects = Objects.world(connected: connected, resolved: resolved ?? connected)
        bus = try PrivateBus()
        loop = try EventLoop()
        server = try BusConnection(address: bus.address, loop: loop)
        links = try BlueZLinks(connection: BusConnection(address: bus.address, loop: loop), loop: loop)
        links.onEvent = { [unowned self] in events.append($0) }
        server.onCall = { [unowned self] request in
            switch request.member {
            case "GetManagedObjects": return .values([objects])
            case "Get": return .values([.variant(.boolean(false))])
            case "RegisterAgent":
                clientName = request.sender
                return .values([])
            default:
                requests.append(request)
                return .later
            }
        }
        var isNamed = false
        server.requestName("org.bluez", deadline: .seconds(30)) { _ in isNamed = true }
        try loop.run { isNamed }
        try links.start()
        try loop.run { clientName != nil && events.contains { if case .advertised = $0 { true } else { false } } }
    }

    deinit {
        links.stop()
        server.close()
    }

    /// Gives a command and waits for the call that it makes.
    func perform(_ command: LinkCommand) throws -> BusRequest {
        let count = requests.count
        links.perform(command)
        try loop.run { requests.count > count }
        return requests[count]
    }

    func tell(
        _ changed: [String: BusValue], of path: String = Objects.device, _ interface: String = "org.bluez.Device1"
    ) throws {
        let arguments: [BusValue] = [.string(interface), .properties(changed), .strings([])]
        try server.emit(BusSignal(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", arguments))
    }

    /// Waits for the answer to a command; nil: done.
    func answer(_ command: LinkCommand) throws -> LinkFailure? {
        var answer: LinkFailure??
        try loop.run {
            for event in events {
                if event == .done(command) { answer = .some(nil) }
                if case .failed(command, let failure) = event { answer = .some(failure) }
            }
            return answer != nil
        }
        return answer ?? nil
    }
}
