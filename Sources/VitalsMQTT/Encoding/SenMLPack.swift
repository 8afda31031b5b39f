import VitalsCore
import VitalsJSON
import VitalsModel

/// A sample block as a SenML pack in JSON (RFC 8428).
///
///     [{"bn":"urn:dev:mac:c00000fffe000001_","bt":1795246200.25,"count":1,"epoch":"…","gateway":"ward-3","id":7,
///       "monotonic":40000000000,"n":"quality","stream":"heart-rate","synchronised":true,"vs":"valid"},
///      {"n":"contact","vs":"detected"},{"n":"heart-rate","u":"beat/min","v":72},{"n":"rr","u":"s","v":0.8125},
///      {"n":"quality","t":1,"vs":"valid"},…]
///
/// - The first entry of each sample is `quality`: who reads on knows what the numbers are worth. Its own members beside
///   SenML's (RFC 8428, 4.4 lets a reader skip them) are the identity and `stream` on the first, and on every one where
///   they do not follow from the one before, `monotonic` (microseconds) and `synchronised`.
/// - Names are DEV URNs with a component (RFC 9039, 3.2): the 48-bit address as an EUI-64, then `_`.
/// - Units are SenML's primary ones, which every reader knows. SpO2 and the pulse amplitude index are the ratio `/`, so
///   97 % is 0.97 with all digits that were sent: `%` is not recommended there, `%RH` and `%EL` mean other things, and
///   the secondary unit `/100` (RFC 8798) may not stand in a pack of version 10. Energy is in J, RR intervals in s.
/// - Numbers are exact decimals. What is not a number (NaN, NRes, ±INFINITY, reserved) is a string under `vs`, which no
///   reader takes for a measurement (lesson 25). Nothing stands for what was not sent.
/// - An RR interval stands at the beat that ended it: the reception of its packet less the intervals that follow in it.
/// - Times below 2^28 s would mean "so long from now" (RFC 8428, 4.5.3): a gateway whose clock was never set sends
///   neither `bt` nor `t`, but `wall` (microseconds) and `monotonic` with each sample, to be dated later (lesson 29).
struct SenMLPack {
    let identity: JournalIdentity
    let sequence: UInt64
    let sensor: SensorAddress
    let block: SampleBlock

    /// RFC 8428, 4.5.3: smaller times are relative to now.
    private static let firstAbsoluteTime: Int64 = 268_435_456 * 1_000_000

    /// The pack; nil when the block holds no sample, since a pack without a value would say nothing.
    var json: [UInt8]? {
        switch block.samples {
        case .heartRate(let samples): json(of: samples)
        case .oximetry(let samples): json(of: samples)
        case .spotCheck(let samples): json(of: samples)
        case .ppg(let samples): json(of: samples)
        }
    }

    private func json(of samples: [some SenMLSample]) -> [UInt8]? {
        guard let first = samples.first else { return nil }
        var entries = SenMLEntries(
            isDated: samples.allSatisfy { $0.stamp.wall.microseconds >= Self.firstAbsoluteTime })
        entries.json.reserveCapacity(VitalsMQTTLimits.senMLSampleBytes * samples.count)
        var previous: Stamp?
        entries.json.beginArray()
        for sample in samples {
            entries.offset = sample.stamp.wall.microseconds.subtractingSaturating(first.stamp.wall.microseconds)
            if let previous, entries.isDated, Self.isInStep(previous, sample.stamp),
                previous.isSynchronised == sample.stamp.isSynchronised
            {
                entries.quality(sample.quality)
            } else {
                writeFirst(sample, previous: previous, to: &entries)
            }
            sample.write(to: &entries)
            previous = sample.stamp
        }
        entries.json.endArray()
        return entries.json.bytes
    }

    /// The entry for the quality of a sample that does not follow simply from the one before.
    private func writeFirst(_ sample: some SenMLSample, previous: Stamp?, to entries: inout SenMLEntries) {
        let (stamp, isDated, offset) = (sample.stamp, entries.isDated, entries.offset)
        entries.json.object { json in
            if previous == nil {
                json.member("bn", baseName)
                if isDated {
                    json.name("bt")
                    json.fragment(seconds: stamp.wall.microseconds)
                }
                json.member("count", 1)
                json.member("epoch", identity.epoch)
                json.member("gateway", identity.gateway)
                json.member("id", sequence)
            }
            // Reception times need no second number while both clocks run in step.
            let isInStep = previous.map { Self.isInStep($0, stamp) } ?? false
            if !isDated || !isInStep { json.member("monotonic", stamp.monotonic.microseconds) }
            json.member("n", "quality")
            if previous == nil { json.member("stream", block.stream.name) }
            if previous?.isSynchronised != stamp.isSynchronised { json.member("synchronised", stamp.isSynchronised) }
            if isDated, offset != 0 {
                json.name("t")
                json.fragment(seconds: offset)
            }
            json.member("vs", sample.quality.name)
            if !isDated { json.member("wall", stamp.wall.microseconds) }
        }
    }

    private var baseName: String {
        let digits = sensor.compact
        return "urn:dev:mac:\(digits.prefix(6))fffe\(digits.suffix(6))_"
    }

    private static func isInStep(_ previous: Stamp, _ stamp: Stamp) -> Bool {
        stamp.monotonic.microseconds.subtractingReportingOverflow(previous.monotonic.microseconds)
            == stamp.wall.microseconds.subtractingReportingOverflow(previous.wall.microseconds)
    }
}
