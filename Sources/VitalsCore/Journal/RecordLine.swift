public import VitalsJSON
import VitalsModel

/// A record as one line of JSON: what `vitalsctl replay` prints and its digest is made of.
///
///     {"body":{…},"kind":"samples","monotonic":40000000000,"sensor":"C0:00:00:00:00:01","sequence":7,
///      "subject":"heart-rate","synchronised":true,"time":"2026-11-21T07:30:00.250Z"}
///
/// Members are sorted, nothing stands between them, and `sensor` is absent when the record is about the gateway. Times
/// are in microseconds where they are numbers. The body of samples is decoded; every other body stands as it is stored.
public enum RecordLine {
    /// Writes the record and the end of the line. An error leaves the text as it was.
    public static func write(_ record: Record, to json: inout JSONWriter) throws(RecordLineError) {
        var body = JSONWriter()
        switch record.kind {
        case .samples: body.samples(of: try block(record))
        case .start, .finding, .alarm, .absence, .link, .malformed, .device, .clock:
            try checkObject(record)
            body.raw(record.body)
        }
        json.object { json in
            json.name("body")
            json.raw(body.bytes)
            json.member("kind", record.kind.name)
            json.member("monotonic", record.stamp.monotonic.microseconds)
            if let sensor = record.sensor { json.member("sensor", sensor.description) }
            json.member("sequence", record.sequence)
            json.member("subject", record.subject)
            json.member("synchronised", record.stamp.isSynchronised)
            json.time(record.stamp.wall)
        }
        json.endLine()
    }

    /// Whether the body is what the record's kind says; the error says where it is not.
    public static func check(_ record: Record) throws(RecordLineError) {
        if record.kind == .samples {
            _ = try block(record)
        } else {
            try checkObject(record)
        }
    }

    private static func block(_ record: Record) throws(RecordLineError) -> SampleBlock {
        do {
            return try SampleBlock(decoding: record.body)
        } catch {
            throw RecordLineError(sequence: record.sequence, reason: .samples(error))
        }
    }

    private static func checkObject(_ record: Record) throws(RecordLineError) {
        let value: JSONValue
        do {
            value = try JSONParser.parse(record.body)
        } catch {
            throw RecordLineError(sequence: record.sequence, reason: .json(error))
        }
        guard case .object = value else { throw RecordLineError(sequence: record.sequence, reason: .notAnObject) }
    }
}

/// Why a record has no line: its body is not what its kind says.
public struct RecordLineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the body.
    public enum Reason: Hashable, Sendable {
        /// It is not a sample block.
        case samples(SampleBlockError)
        /// It is not JSON.
        case json(JSONError)
        /// It is JSON, but not an object.
        case notAnObject
    }

    /// The record's place in the journal.
    public let sequence: UInt64
    /// What is wrong with the body.
    public let reason: Reason

    /// A sentence without any value of the body.
    public var description: String {
        let detail =
            switch reason {
            case .samples(let error): error.description
            case .json(let error): "its body is not JSON (\(error)): it is damaged, check the journal"
            case .notAnObject: "its body is not a JSON object: it is damaged, check the journal"
            }
        return "record \(sequence): \(detail)"
    }
}
