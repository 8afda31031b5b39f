import VitalsCore
import VitalsMQTT
import VitalsModel

/// MQTT messages that a receiver takes: ours, damaged, under topics of ours, damaged too.
struct MessageFuzz: Fuzzer {
    private var messages: [MQTTMessage] = []

    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        if messages.isEmpty { messages = Self.messages() }
        var audit = DeliveryAudit()
        for _ in 0..<count {
            var message = random.element(messages)
            if !random.oneIn(8) { random.mutate(&message.payload, interesting: EventLineFuzz.interesting) }
            if random.oneIn(4) {
                var topic = Array(message.topic.utf8)
                random.mutate(&topic, interesting: Array("/+#$".utf8))
                message.topic = String(decoding: topic, as: UTF8.self)
            }
            if random.oneIn(4), !message.userProperties.isEmpty {
                var value = Array(message.userProperties[0].value.utf8)
                random.mutate(&value, interesting: Array("0123456789abcdef".utf8))
                message.userProperties[0].value = String(decoding: value, as: UTF8.self)
            }
            tally.input(message.payload)
            if audit.receive(message) == .unreadable { tally.refused += 1 } else { tally.decoded += 1 }
        }
        _ = audit.report
    }

    /// One of each kind of record, and both states.
    private static func messages() -> [MQTTMessage] {
        let identity = JournalIdentity(gateway: "ward-3", epoch: "00000000000000e1")
        guard let encoder = try? RecordEncoder(identity: identity) else { return [] }
        let stamp = Stamp(
            monotonic: MonotonicTime(microseconds: 40_000_000_000),
            wall: WallTime(microseconds: 1_795_246_200_000_000), isSynchronised: true)
        let beats = (0..<3).map { index in
            HeartRateSample(
                stamp: stamp, heartRate: 70 + UInt16(index), contact: .detected, rrIntervals: [850], quality: .valid)
        }
        let block = SampleBlock(samples: .heartRate(beats)).encoded()
        let records = RecordKind.allCases.enumerated().map { index, kind in
            Record(
                sequence: UInt64(index) + 1, kind: kind, sensor: SensorAddress(rawValue: 0xC000_0000_0001),
                stamp: stamp, subject: kind == .samples ? "heart-rate" : "spo2-low",
                body: kind == .samples ? block : Array(#"{"state":"raised","value":84}"#.utf8))
        }
        return records.map { encoder.message(of: $0) } + [
            encoder.status(isOnline: true), encoder.status(isOnline: false, last: 9),
        ]
    }
}
