import VitalsModel

/// Which commands wait for an answer on the management channel. A pure machine: packets out, packets in.
///
/// The kernel answers by opcode and adapter, so one command of each kind may be under way on each adapter; further ones
/// wait. Every command is settled exactly once.
struct ManagementQueue: Sendable {
    /// What the owner knows a command by.
    typealias Token = UInt64

    /// What comes out.
    enum Output: Hashable, Sendable {
        /// Send this packet.
        case send(ManagementPacket)
        /// A command brought this.
        case settled(Token, Result<[UInt8], ManagementFailure>)
    }

    private struct Key: Hashable {
        let opcode: UInt16
        let adapter: UInt16
    }

    private struct Entry {
        let token: Token
        let key: Key
        let command: ManagementCommand
        let deadline: MonotonicTime
        var isSent = false
        /// Settled already, but the kernel's answer is still due: it must not be taken for the next one's.
        var isAbandoned = false
    }

    private var entries: [Entry] = []

    /// How many commands wait.
    var count: Int { entries.count { !$0.isAbandoned } }

    /// When `expire` is to be called, at the latest.
    var deadline: MonotonicTime? { entries.lazy.filter { !$0.isAbandoned }.map(\.deadline).min() }

    /// Takes a command.
    mutating func submit(
        _ command: ManagementCommand, to adapter: UInt16, token: Token, until deadline: MonotonicTime,
        into outputs: inout [Output]
    ) {
        guard count < VitalsHCILimits.managementCommandsMax else {
            return outputs.append(.settled(token, .failure(.tooMany)))
        }
        let key = Key(opcode: command.opcode, adapter: adapter)
        entries.append(Entry(token: token, key: key, command: command, deadline: deadline))
        sendNext(key, into: &outputs)
    }

    /// Takes an answer: of Command Complete with its parameters, or of Command Status.
    mutating func take(
        _ status: ManagementStatus, of opcode: UInt16, on adapter: UInt16, parameters: [UInt8],
        into outputs: inout [Output]
    ) {
        let key = Key(opcode: opcode, adapter: adapter)
        guard let index = entries.firstIndex(where: { $0.key == key && $0.isSent }) else { return }
        let entry = entries.remove(at: index)
        if !entry.isAbandoned {
            outputs.append(
                .settled(entry.token, status == .success ? .success(parameters) : .failure(.refused(status))))
        }
        sendNext(key, into: &outputs)
    }

    /// Fails what took too long. The kernel may still answer what was sent, so nothing of its kind is sent before; an
    /// adapter that never answers is only mended by removing it.
    mutating func expire(at now: MonotonicTime, into outputs: inout [Output]) {
        for index in entries.indices where !entries[index].isAbandoned && entries[index].deadline <= now {
            outputs.append(.settled(entries[index].token, .failure(.deadline)))
            entries[index].isAbandoned = true
        }
        entries.removeAll { $0.isAbandoned && !$0.isSent }
    }

    /// The adapter is gone.
    mutating func remove(adapter: UInt16, into outputs: inout [Output]) {
        close({ $0.key.adapter == adapter }, into: &outputs)
    }

    /// The channel is closed.
    mutating func close(into outputs: inout [Output]) { close({ _ in true }, into: &outputs) }

    private mutating func close(_ isMeant: (Entry) -> Bool, into outputs: inout [Output]) {
        for entry in entries where isMeant(entry) && !entry.isAbandoned {
            outputs.append(.settled(entry.token, .failure(.closed)))
        }
        entries.removeAll(where: isMeant)
    }

    private mutating func sendNext(_ key: Key, into outputs: inout [Output]) {
        guard !entries.contains(where: { $0.key == key && $0.isSent }),
            let index = entries.firstIndex(where: { $0.key == key })
        else { return }
        entries[index].isSent = true
        let command = entries[index].command
        outputs.append(
            .send(ManagementPacket(code: key.opcode, adapter: key.adapter, parameters: command.parameters)))
    }
}
