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
    /// What the ledger says is no more.
    private var told = SequenceRanges()
    /// Where eras begin whose beginning the ledger told.
    private var eras: Set<UInt64> = []
    private var entries = SequenceRanges()
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

    /// An entry of the ledger says what is no more.
    mutating func note(entry: UInt64, _ losses: LedgerLosses) {
        entries.insert(entry)
        for range in losses.ranges { told.insert(range) }
        if let era = losses.era, eras.count < VitalsMQTTLimits.erasMax { eras.insert(era) }
    }

    /// Every record up to here has arrived, or is known to be no more.
    var applied: UInt64 { known.range(containing: 1)?.upperBound ?? 0 }

    /// What has arrived, and what the ledger says is no more: also what lies between an era and the last before it.
    private var known: SequenceRanges {
        var known = seen
        for range in told.ranges { known.insert(range) }
        for era in eras {
            let before = seen.ranges.last { $0.lowerBound < era }?.upperBound ?? 0
            if before + 1 < era { known.insert(before + 1...era - 1) }
        }
        return known
    }

    func entry(gateway: String, epoch: String) -> AuditReport.Journal {
        let missing = seen.missing(upTo: last)
        let lost = known.missing(upTo: last)
        let size = { (ranges: [ClosedRange<UInt64>]) in
            ranges.reduce(UInt64(0)) { $0 + ($1.upperBound - $1.lowerBound + 1) }
        }
        return AuditReport.Journal(
            gateway: gateway, epoch: epoch, records: seen.count, last: last, missing: lost,
            dropped: size(missing) - size(lost), redelivered: redelivered, duplicated: duplicated, isOnline: isOnline,
            ledgerEntries: entries.count)
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
