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
        let samples = SenMLSample.samples(of: block)
        guard let first = samples.first else { return nil }
        let isDated = samples.allSatisfy { $0.stamp.wall.microseconds >= Self.firstAbsoluteTime }
        var previous: Stamp?
        var writer = JSONWriter()
        writer.array { json in
            for sample in samples {
                write(sample, base: first.stamp, previous: previous, isDated: isDated, to: &json)
                previous = sample.stamp
            }
        }
        return writer.bytes
    }

    private var baseName: String {
        let digits = sensor.compact
        return "urn:dev:mac:\(digits.prefix(6))fffe\(digits.suffix(6))_"
    }

    private func write(
        _ sample: SenMLSample, base: Stamp, previous: Stamp?, isDated: Bool, to json: inout JSONWriter
    ) {
        let offset = sample.stamp.wall.microseconds.subtractingSaturating(base.wall.microseconds)
        let time = isDated && offset != 0 ? Self.seconds(offset) : nil
        if let previous, isDated, Self.isInStep(previous, sample.stamp),
            previous.isSynchronised == sample.stamp.isSynchronised
        {
            json.fragment(#",{"n":"quality""#)
            Self.writeTimeFragment(time, to: &json)
            json.fragment(#","vs":"#)
            json.quoted(sample.quality.name)
            json.fragment("}")
        } else {
            writeFirst(sample, base: base, previous: previous, time: time, isDated: isDated, to: &json)
        }
        for entry in sample.entries {
            json.fragment(entry.opening)
            let own = offset.subtractingSaturating(entry.before)
            Self.writeTimeFragment(isDated && own != 0 ? Self.seconds(own) : nil, to: &json)
            switch entry.value {
            case .number(let text, let unit):
                json.fragment(unit.fragment)
                json.fragment(text)
            case .text(let text):
                json.fragment(#","vs":"#)
                json.quoted(text)
            }
            json.fragment("}")
        }
    }

    /// The entry for the quality of a sample that does not follow simply from the one before.
    private func writeFirst(
        _ sample: SenMLSample, base: Stamp, previous: Stamp?, time: String?, isDated: Bool, to json: inout JSONWriter
    ) {
        json.object { json in
            if previous == nil {
                json.member("bn", baseName)
                if isDated {
                    json.name("bt")
                    json.number(Self.seconds(base.wall.microseconds))
                }
                json.member("count", 1)
                json.member("epoch", identity.epoch)
                json.member("gateway", identity.gateway)
                json.member("id", sequence)
            }
            // Reception times need no second number while both clocks run in step.
            let isInStep = previous.map { Self.isInStep($0, sample.stamp) } ?? false
            if !isDated || !isInStep { json.member("monotonic", sample.stamp.monotonic.microseconds) }
            json.member("n", "quality")
            if previous == nil { json.member("stream", block.stream.name) }
            if previous?.isSynchronised != sample.stamp.isSynchronised {
                json.member("synchronised", sample.stamp.isSynchronised)
            }
            Self.writeTime(time, to: &json)
            json.member("vs", sample.quality.name)
            if !isDated { json.member("wall", sample.stamp.wall.microseconds) }
        }
    }

    private static func writeTimeFragment(_ time: String?, to json: inout JSONWriter) {
        guard let time else { return }
        json.fragment(#","t":"#)
        json.fragment(time)
    }

    private static func writeTime(_ time: String?, to json: inout JSONWriter) {
        guard let time else { return }
        json.name("t")
        json.number(time)
    }

    private static func isInStep(_ previous: Stamp, _ stamp: Stamp) -> Bool {
        stamp.monotonic.microseconds.subtractingReportingOverflow(previous.monotonic.microseconds)
            == stamp.wall.microseconds.subtractingReportingOverflow(previous.wall.microseconds)
    }

    /// Microseconds as seconds, exactly: 1250000 is `1.25`.
    static func seconds(_ microseconds: Int64) -> String {
        FixedPoint.text(microseconds.magnitude, places: 6, isNegative: microseconds < 0)
    }
}

extension SampleBlock {
    /// The stream that the samples belong to.
    fileprivate var stream: SampleStream {
        switch samples {
        case .heartRate: .heartRate
        case .oximetry: .oximetry
        case .spotCheck: .spotCheck
        case .ppg: .ppg
        }
    }
}
