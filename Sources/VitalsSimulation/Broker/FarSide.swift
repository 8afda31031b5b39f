import VitalsMQTT
import VitalsModel

/// The receiver behind the broker: it discards copies by their identity, and forgets nothing.
struct FarSide {
    /// What it has of a record.
    private struct Copy {
        let digest: UInt64
    }

    private var records: [UInt64: Copy] = [:]
    private(set) var epoch: String?
    /// Copies that were discarded.
    private(set) var copies: UInt64 = 0
    /// Messages of a known identity with other content, and messages without an identity of ours.
    private var faults: [String] = []
    private var new: [UInt64] = []

    /// Records that arrived.
    var count: Int { records.count }

    /// Whether a record arrived.
    func has(_ sequence: UInt64) -> Bool { records[sequence] != nil }

    /// The digest of a record's payload; nil when it did not arrive.
    func digest(of sequence: UInt64) -> UInt64? { records[sequence]?.digest }

    /// Takes a message that the broker accepted.
    mutating func receive(_ message: MQTTMessage) {
        guard let id = message.property("id") else { return }
        guard let sequence = UInt64(id), sequence > 0, let epoch = message.property("epoch") else {
            faults.append("a message without an identity")
            return
        }
        if let known = self.epoch, known != epoch {
            faults.append("record \(sequence) came under another epoch: nobody can tell it from a new one")
            return
        }
        self.epoch = epoch
        let digest = TraceHash.of(message.payload)
        if let known = records[sequence] {
            copies += 1
            if known.digest != digest { faults.append("record \(sequence) came twice with different content") }
            return
        }
        records[sequence] = Copy(digest: digest)
        new.append(sequence)
    }

    /// Records that arrived for the first time since the last call.
    mutating func takeNew() -> [UInt64] {
        defer { new.removeAll(keepingCapacity: true) }
        return new
    }

    /// What was wrong since the last call.
    mutating func takeFaults() -> [String] {
        defer { faults.removeAll() }
        return faults
    }
}
