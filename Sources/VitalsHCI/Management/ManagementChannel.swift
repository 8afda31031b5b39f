import VitalsCore
import VitalsModel
import VitalsSystemd

/// The kernel's management channel on the event loop: commands with deadlines, and events.
///
/// It needs CAP_NET_ADMIN for everything that changes an adapter; the kernel answers "Permission Denied" without.
final class ManagementChannel {
    typealias Completion = (Result<[UInt8], ManagementFailure>) -> Void

    /// Called with each event that is no answer to a command, and the adapter that it is about.
    var onEvent: (UInt16, ManagementEvent) -> Void = { _, _ in }
    /// Called when the channel broke, with the reason; all commands have failed before.
    var onBroken: (String) -> Void = { _ in }

    private let kernel: any Kernel
    private let loop: EventLoop
    private var timer: EventLoop.Timer?
    private var socket: PacketSocket?
    private var watch: EventLoop.Watch?
    private var queue = ManagementQueue()
    private var completions: [ManagementQueue.Token: Completion] = [:]
    private var nextToken: ManagementQueue.Token = 0

    init(kernel: any Kernel, loop: EventLoop) {
        self.kernel = kernel
        self.loop = loop
    }

    /// Whether it is open.
    var isOpen: Bool { socket != nil }

    /// Opens it; nothing when it is.
    func open() throws {
        guard socket == nil else { return }
        let socket = try kernel.openManagement()
        watch = try loop.watch(socket.descriptor) { [weak self] in try self?.readAll() }
        if timer == nil { timer = try loop.timer { [weak self] in try self?.expire() } }
        self.socket = socket
    }

    /// Closes it; all commands fail.
    func close() throws {
        watch?.cancel()
        watch = nil
        socket?.close()
        socket = nil
        var outputs: [ManagementQueue.Output] = []
        queue.close(into: &outputs)
        try carryOut(outputs)
    }

    /// Sends a command. The completion is called exactly once, by the deadline at the latest; perhaps before this
    /// returns.
    func send(
        _ command: ManagementCommand, to adapter: UInt16 = ManagementPacket.noAdapter,
        within span: MonotonicTime.Span = VitalsHCILimits.managementDeadline, _ completion: @escaping Completion
    ) throws {
        guard socket != nil else { return completion(.failure(.closed)) }
        nextToken += 1
        completions[nextToken] = completion
        var outputs: [ManagementQueue.Output] = []
        queue.submit(command, to: adapter, token: nextToken, until: loop.now + span, into: &outputs)
        try carryOut(outputs)
    }

    /// Reads all that the kernel has said so far.
    func readAll() throws {
        for _ in 0..<VitalsHCILimits.packetsPerTurn {
            guard let socket else { return }
            switch socket.receive(VitalsHCILimits.managementBytesMax) {
            case .packet(let bytes): if let packet = ManagementPacket(bytes) { try take(packet) }
            case .nothing: return
            case .end: return try breakOff("the kernel closed the management channel")
            case .failed(let number): return try breakOff(HCIError.words(number))
            }
        }
    }

    private func take(_ packet: ManagementPacket) throws {
        var outputs: [ManagementQueue.Output] = []
        switch ManagementEvent(packet) {
        case .commandComplete(let opcode, let status, let parameters):
            queue.take(status, of: opcode, on: packet.adapter, parameters: parameters, into: &outputs)
        case .commandStatus(let opcode, let status):
            queue.take(status, of: opcode, on: packet.adapter, parameters: [], into: &outputs)
        case .indexRemoved:
            queue.remove(adapter: packet.adapter, into: &outputs)
            try carryOut(outputs)
            return onEvent(packet.adapter, .indexRemoved)
        case let event: return onEvent(packet.adapter, event)
        }
        try carryOut(outputs)
    }

    private func expire() throws {
        var outputs: [ManagementQueue.Output] = []
        queue.expire(at: loop.now, into: &outputs)
        try carryOut(outputs)
    }

    private func carryOut(_ outputs: [ManagementQueue.Output]) throws {
        for output in outputs {
            switch output {
            case .send(let packet):
                guard let socket else { continue }
                switch socket.send(packet.bytes) {
                case .done: break
                case .full: return try breakOff("the kernel takes no more commands")
                case .failed(let number): return try breakOff(HCIError.words(number))
                }
            case .settled(let token, let result): completions.removeValue(forKey: token)?(result)
            }
        }
        if let deadline = queue.deadline { try timer?.arm(at: deadline) } else { try timer?.disarm() }
    }

    private func breakOff(_ reason: String) throws {
        try close()
        onBroken(reason)
    }
}
