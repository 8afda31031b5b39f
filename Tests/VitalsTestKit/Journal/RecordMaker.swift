public import VitalsCore
import VitalsModel

/// Makes records from a seed, as an engine with a few sensors appends them.
public struct RecordMaker: Sendable {
    private var random: SplitMix64
    private var blocks: SampleBlockMaker
    private var next: UInt64

    /// A maker whose first record has the sequence `first`.
    public init(seed: UInt64, first: UInt64 = 1) {
        random = SplitMix64(seed: seed)
        blocks = SampleBlockMaker(seed: seed)
        next = first
    }

    /// The next records.
    public mutating func records(_ count: Int) -> [Record] { (0..<count).map { _ in record() } }

    /// The next record.
    public mutating func record() -> Record {
        let second = 40_000 + Int(clamping: next) * 15
        let kind = RecordKind.allCases[random.int(0...(RecordKind.allCases.count - 1))]
        let monotonic = Int64(second) * 1_000_000 + Int64(random.int(0...999)) * 1_000
        defer { next += 1 }
        return Record(
            sequence: next, kind: kind,
            sensor: kind == .start || kind == .clock ? nil : sensor(),
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: monotonic),
                wall: WallTime(microseconds: 1_795_246_200_000_000 + monotonic), isSynchronised: random.next() % 8 != 0),
            subject: subject(of: kind), body: body(of: kind, second: second))
    }

    private mutating func sensor() -> SensorAddress {
        SensorAddress(rawValue: 0xC000_0000_0000 + UInt64(random.int(1...4)))
    }

    private func subject(of kind: RecordKind) -> String {
        switch kind {
        case .samples: "heart-rate"
        case .finding: "change"
        case .alarm: "spo2-low"
        default: ""
        }
    }

    private mutating func body(of kind: RecordKind, second: Int) -> [UInt8] {
        guard kind == .samples else { return Array(#"{"value":\#(random.int(0...9_999))}"#.utf8) }
        return blocks.strap(count: 15, from: second).encoded()
    }
}
