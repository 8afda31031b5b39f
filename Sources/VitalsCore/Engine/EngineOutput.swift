import VitalsDetection
import VitalsJSON
import VitalsModel

/// Where the parts of the engine put their effects: it gives records their sequence and their common form.
struct EngineOutput {
    /// The effects so far, in order.
    var effects: [Effect] = []
    /// What live sensors sent into open blocks, in order.
    var arrivals: [Arrival] = []
    /// The sequence of the next record.
    private(set) var nextSequence: UInt64
    /// Which evaluations are to be traced.
    let tracing: Tracing
    /// The digest of the engine's configuration, for findings and alarms.
    let configurationDigest: String
    /// The boot that the stamps belong to; nil in a run on a recording.
    let boot: String?

    init(nextSequence: UInt64, tracing: Tracing, configurationDigest: String, boot: String?) {
        self.boot = boot
        self.nextSequence = nextSequence
        self.tracing = tracing
        self.configurationDigest = configurationDigest
    }

    /// Appends a record whose body is one JSON object, and returns its sequence.
    @discardableResult
    mutating func append(
        _ kind: RecordKind, sensor: SensorAddress?, stamp: Stamp, subject: String = "",
        body: (inout JSONWriter) -> Void
    ) -> UInt64 {
        var json = JSONWriter()
        json.object(body)
        return append(kind, sensor: sensor, stamp: stamp, subject: subject, bytes: json.bytes)
    }

    /// Appends a record and returns its sequence.
    mutating func append(
        _ kind: RecordKind, sensor: SensorAddress?, stamp: Stamp, subject: String, bytes: [UInt8]
    ) -> UInt64 {
        let sequence = nextSequence
        nextSequence += 1
        effects.append(
            .append(
                Record(
                    sequence: sequence, kind: kind, sensor: sensor, stamp: stamp, subject: subject, body: bytes)))
        return sequence
    }

    /// Notes a value that goes into an open block. A recording can be read again, so its values are not noted.
    mutating func note(_ value: [UInt8], of stream: SampleStream, from sensor: SensorAddress, at stamp: Stamp) {
        guard let boot else { return }
        arrivals.append(Arrival(stamp: stamp, boot: boot, sensor: sensor, stream: stream, value: value))
    }

    /// Appends an evaluation to the trace, when it is wanted there.
    mutating func trace(
        _ detector: DetectorIdentity, _ output: some DetectorOutput, of subject: String,
        sensor: SensorAddress?, at time: MonotonicTime
    ) {
        guard tracing.includes(detector) else { return }
        var json = JSONWriter()
        json.object { json in
            json.member("detector", detector.name)
            json.name("evaluation")
            json.evaluation(output)
            json.member("kind", "trace")
            json.member("monotonic", time.microseconds)
            if let sensor { json.member("sensor", sensor.description) }
            json.member("subject", subject)
            json.member("version", detector.version)
        }
        effects.append(.trace(json.bytes))
    }

    /// Appends a log line.
    mutating func log(
        _ level: LogLine.Level, _ message: String, sensor: SensorAddress? = nil, detail: String? = nil
    ) {
        effects.append(.log(LogLine(level, message, sensor: sensor, detail: detail)))
    }
}

extension JSONWriter {
    /// A detector's decision, the refusal if there is one, and every number that it was made from.
    mutating func evaluation(_ output: some DetectorOutput) {
        let decision = output.decisionName
        let refusal = output.refusalName
        object { json in
            json.member("decision", decision)
            json.name("numbers")
            json.object { json in output.trace { name, value in json.member(name, value) } }
            if let refusal { json.member("refusal", refusal) }
        }
    }
}
