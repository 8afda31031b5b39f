import VitalsCore

/// What the audit knows of one journal.
struct JournalAudit {
    /// One sample of a stream: two clocks, since the wall clock may step back and the other starts anew with the machine.
    struct SampleTime: Hashable {
        var monotonic: Int64
        var wall: Int64
    }

    /// The samples of one message.
    struct Samples: Hashable {
        var sensor: String
        var stream: String
        var times: [SampleTime]
    }

    private struct Stream: Hashable {
        var sensor: String
        var stream: String
    }

    private var seen = SequenceRanges()
    private var fingerprints = Recent<UInt64, UInt64>(limit: VitalsMQTTLimits.fingerprintsMax)
    private var streams: [Stream: Recent<SampleTime, UInt64>] = [:]
    private var last: UInt64 = 0
    private var isOnline: Bool?
    private var redelivered: UInt64 = 0
    private var duplicated: UInt64 = 0

    mutating func status(isOnline: Bool, last: UInt64?) {
        self.isOnline = isOnline
        self.last = max(self.last, last ?? 0)
    }

    mutating func receive(
        _ sequences: ClosedRange<UInt64>, payload: [UInt8], samples: Samples?
    ) -> DeliveryAudit.Verdict {
        let fingerprint = Self.fingerprint(payload)
        last = max(last, sequences.upperBound)
        if seen.range(containing: sequences.lowerBound)?.upperBound ?? 0 >= sequences.upperBound {
            guard let first = fingerprints.value(sequences.lowerBound), first != fingerprint else {
                redelivered += 1
                return .redelivered
            }
            duplicated += 1
            return .conflicting
        }
        seen.insert(sequences)
        fingerprints.remember(fingerprint, for: sequences.lowerBound)
        if let samples { note(samples, sequence: sequences.lowerBound) }
        return .first
    }

    func entry(gateway: String, epoch: String) -> AuditReport.Journal {
        AuditReport.Journal(
            gateway: gateway, epoch: epoch, records: seen.count, last: last, missing: seen.missing(upTo: last),
            redelivered: redelivered, duplicated: duplicated, isOnline: isOnline)
    }

    /// The same sample under two identities is doubled, however different the messages look.
    private mutating func note(_ samples: Samples, sequence: UInt64) {
        let stream = Stream(sensor: samples.sensor, stream: samples.stream)
        guard streams[stream] != nil || streams.count < VitalsMQTTLimits.streamsMax else { return }
        for time in samples.times {
            let known = streams[stream]?.value(time)
            if let known, known != sequence { duplicated += 1 }
            if known == nil {
                streams[stream, default: Recent(limit: VitalsMQTTLimits.samplesRememberedMax)]
                    .remember(sequence, for: time)
            }
        }
    }

    /// FNV-1a, 64 bits: it tells accidents apart, which is what two payloads of one identity are.
    private static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

/// A dictionary that forgets its oldest entry when it is full.
private struct Recent<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let limit: Int
    private var values: [Key: Value] = [:]
    private var order: [Key] = []
    private var oldest = 0

    init(limit: Int) { self.limit = limit }

    func value(_ key: Key) -> Value? { values[key] }

    mutating func remember(_ value: Value, for key: Key) {
        guard values.updateValue(value, forKey: key) == nil else { return }
        if order.count < limit {
            order.append(key)
        } else {
            values[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % limit
        }
    }
}
