import VitalsCore
import VitalsDisk
import VitalsStore

/// How the gateway of a world is set up. The seed chooses this too: a journal that is sealed takes other branches than a
/// plain one, one that is full others than one with room, and a far side that asks others than one that only listens.
struct GatewayPlan: Sendable {
    /// Whether the journal is sealed.
    let isSealed: Bool
    /// Whether its checkpoints are signed.
    let isSigned: Bool
    /// Whether the operator changes the key that seals, now and then.
    let changesKeys: Bool
    /// Whether the journal is as small as one can be, and fills up within the hour, so that retention has to drop records.
    let isSmall: Bool
    /// Whether the far side asks for records again.
    let hearsRequests: Bool
    /// Whether it also says what it has applied.
    let hearsReceipts: Bool
    private let graceHours: Int
    private let secret: UInt64

    init(seed: UInt64) {
        var random = DiskRandom(seed: seed ^ 0x4741_5445_5741_5900)
        isSealed = random.once(in: 2)
        isSigned = random.once(in: 2)
        changesKeys = random.once(in: 2)
        isSmall = random.once(in: 3)
        hearsRequests = random.below(3) > 0
        hearsReceipts = random.once(in: 2) && hearsRequests
        graceHours = random.below(2)
        secret = random.next()
    }

    /// What a world is called in its first line.
    var text: String {
        [
            isSealed ? changesKeys ? "sealed with changing keys" : "sealed" : "plain", isSigned ? "signed" : "unsigned",
            isSmall ? "small" : "with room",
            hearsReceipts ? "receipts" : hearsRequests ? "requests" : "silent far side",
        ].joined(separator: ", ")
    }

    /// What the journal keeps. Days are the shortest that can be asked for: a wall clock that stepped while the gateway was
    /// off makes them pass.
    func retention(maxBytes: Int64, sink: String) -> RetentionPolicy {
        var policy = RetentionPolicy.standard
        policy.maxBytes = isSmall ? min(maxBytes, RetentionLimits.maxBytesLeast) : maxBytes
        policy.sinks = [sink]
        guard isSmall else { return policy }
        policy.days = [.waveforms: 1, .samples: 1, .events: 2, .findings: 3]
        policy.graceHours = graceHours
        return policy
    }

    /// Seconds of a block of samples: short ones make many records, which fill a small journal.
    var blockSeconds: Int { isSmall ? 2 : EngineConfiguration().blockSeconds }

    /// The keys of the journal after so many changes; those before come along, as an operator has to keep them.
    func protection(changes: Int) -> JournalProtection {
        let keys =
            isSealed ? (0...changes).compactMap { JournalKey(bytes: bytes(UInt64($0), JournalKey.byteCount)) } : []
        return JournalProtection(key: keys.last, formerKeys: Array(keys.dropLast()), signer: signer)
    }

    /// What signs checkpoints; nil in a world without signatures.
    var signer: CheckpointSigner? { isSigned ? CheckpointSigner(secret: bytes(.max, 32)) : nil }

    private func bytes(_ purpose: UInt64, _ count: Int) -> [UInt8] {
        var random = DiskRandom(seed: secret ^ purpose)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}
