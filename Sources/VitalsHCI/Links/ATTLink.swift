import VitalsCore
import VitalsModel
import VitalsSystemd

/// One link of `ATTLinks`: its socket, its client, and the commands that wait for it.
final class ATTLink {
    /// How far it is.
    enum Phase {
        /// The kernel tries to connect until then at the latest.
        case connecting(until: MonotonicTime)
        /// It is up.
        case up
        /// It is up, and the kernel was told to end it.
        case ending
    }

    let peer: PeerAddress
    let adapter: AdapterIndex
    let socket: PacketSocket
    var phase: Phase
    var client = ATTClient()
    /// Packets that the kernel had no room for yet, in order.
    var unsent: [[UInt8]] = []
    var readability: EventLoop.Watch?
    var writability: WritabilityWatch?
    /// The commands that operations of the client were begun for, in order.
    var operations: [(operation: ATTOperation, command: LinkCommand)] = []
    /// The command that asked for the link, until it is answered.
    var connecting: LinkCommand?
    /// The commands that the end of the link answers.
    var waitingForEnd: [LinkCommand] = []
    /// Whether the gateway is just pairing with the sensor.
    var isPairing = false
    /// Whether the sensor asked for what only a human could answer, while it was paired with.
    var needsHuman = false

    var sensor: SensorAddress { peer.sensor }

    init(peer: PeerAddress, adapter: AdapterIndex, socket: PacketSocket, until deadline: MonotonicTime) {
        self.peer = peer
        self.adapter = adapter
        self.socket = socket
        phase = .connecting(until: deadline)
    }

    /// Whether operations can be begun.
    var isUp: Bool {
        if case .up = phase { true } else { false }
    }

    /// When something has to be given up, at the latest.
    var deadline: MonotonicTime? {
        if case .connecting(let deadline) = phase { deadline } else { client.deadline }
    }

    /// Ends all watching, and closes the socket.
    func close() {
        readability?.cancel()
        readability = nil
        writability = nil
        socket.close()
    }

    /// The command that an operation was begun for: the first of equal ones.
    func command(of operation: ATTOperation) -> LinkCommand? {
        guard let index = operations.firstIndex(where: { $0.operation == operation }) else { return nil }
        return operations.remove(at: index).command
    }
}
