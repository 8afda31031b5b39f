import Foundation
import Synchronization
import VitalsMQTT

/// A TCP relay in front of a broker that does to each new connection what the test says, byte by byte.
public final class FaultyRelay: Sendable {
    /// What happens to a connection.
    public enum Behaviour: Sendable {
        /// Everything is passed on.
        case pass
        /// MQTT 5 is refused as a broker of 3.1.1 does, with return code 1; 3.1.1 is passed on.
        case refuseVersion5
        /// The CONNECT is answered with these bytes; then the connection is closed.
        case answer([UInt8])
        /// The connection is closed as soon as it is there.
        case close
        /// Everything is read, nothing answered.
        case silence
        /// So many bytes of the client are passed on, then the connection is cut.
        case cutFromClient(after: Int)
        /// So many bytes of the broker are passed on, then the connection is cut.
        case cutFromBroker(after: Int)
    }

    private struct State {
        var behaviour: @Sendable (Int) -> Behaviour = { _ in .pass }
        var connections = 0
        var isStopped = false
    }

    /// The port that clients connect to.
    public let port: UInt16
    private let listener: Int32
    private let upstream: UInt16
    private let state = Mutex(State())

    /// A relay to a port of the loopback interface that passes everything on.
    public init(to upstream: UInt16) throws {
        (listener, port) = try LoopbackPort.listen()
        self.upstream = upstream
        let accepting = Thread { [listener, weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self, !self.state.withLock(\.isStopped) else { break }
                self.serve(client)
            }
            Glibc.close(listener)
        }
        accepting.start()
    }

    /// Ends it, and with it every new connection.
    public func stop() {
        guard
            !state.withLock({ state in
                defer { state.isStopped = true }
                return state.isStopped
            })
        else { return }
        // A last connection wakes `accept`.
        if let own = try? LoopbackPort.connect(port) { Glibc.close(own) }
    }

    deinit { stop() }

    /// What happens to the connections from now on.
    public func behave(_ behaviour: Behaviour) { behave { _ in behaviour } }

    /// What happens to the next connections, by their number from 0.
    public func behave(_ behaviour: @escaping @Sendable (Int) -> Behaviour) {
        state.withLock { state in
            state.connections = 0
            state.behaviour = behaviour
        }
    }

    /// Connections since the last change of behaviour.
    public var connections: Int { state.withLock(\.connections) }

    private func serve(_ client: Int32) {
        let behaviour = state.withLock { state in
            defer { state.connections += 1 }
            return state.behaviour(state.connections)
        }
        let upstream = upstream
        Thread {
            FaultyConnection(client: client, behaviour: behaviour).run(upstream: upstream)
        }.start()
    }
}

/// One connection through the relay, on a thread of its own.
private struct FaultyConnection {
    let client: Int32
    let behaviour: FaultyRelay.Behaviour

    func run(upstream: UInt16) {
        defer { Glibc.close(client) }
        switch behaviour {
        case .close:
            return
        case .answer(let bytes):
            guard read(client) != nil else { return }
            _ = write(client, bytes)
            // The client is to see the answer before the end.
            _ = read(client)
        case .silence:
            while read(client) != nil {}
        case .refuseVersion5:
            guard let first = read(client) else { return }
            // The protocol level follows the fixed header and the name "MQTT" (MQTT 5.0, 3.1.2.2).
            guard let name = first.indices.first(where: { first[$0...].starts(with: Array("MQTT".utf8)) }),
                first.count > name + 4, first[name + 4] == 5
            else { return pass(upstream: upstream, first: first) }
            _ = write(client, [0x20, 0x02, 0x00, 0x01])
            _ = read(client)
        case .pass:
            pass(upstream: upstream)
        case .cutFromClient(let count):
            pass(upstream: upstream, fromClient: count)
        case .cutFromBroker(let count):
            pass(upstream: upstream, fromBroker: count)
        }
    }

    private func pass(upstream: UInt16, first: [UInt8] = [], fromClient: Int = .max, fromBroker: Int = .max) {
        guard let broker = try? LoopbackPort.connect(upstream) else { return }
        defer { Glibc.close(broker) }
        guard write(broker, first) else { return }
        var room = [fromClient, fromBroker]
        while true {
            var entries = [client, broker].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard unsafe poll(&entries, 2, -1) > 0 else { return }
            for (index, (from, to)) in [(client, broker), (broker, client)].enumerated()
            where entries[index].revents != 0 {
                guard let bytes = read(from) else { return }
                guard write(to, Array(bytes.prefix(room[index]))), bytes.count < room[index] else { return }
                room[index] -= bytes.count
            }
        }
    }

    private func read(_ socket: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    private func write(_ socket: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
