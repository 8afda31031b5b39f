import VitalsJSON
import VitalsModel

/// The first line of a JSON Lines capture.
struct CaptureHeader: Equatable {
    /// The name of the format.
    static let format = "vitals-capture"
    /// The version that is written, and the only one that is read.
    static let version: Int64 = 1

    /// The wall time of the recording's start.
    let start: WallTime

    init(start: WallTime) { self.start = start }

    /// Reads the line.
    init(_ line: [UInt8]) throws(LineFault) {
        var members = try MemberReader(EventLineParser.json(line), subject: "the first line")
        let format = try members.take("format", "\"\(Self.format)\"") { $0.string }
        guard format == Self.format else {
            throw LineFault("the format is not \(Self.format)", remedy: "give a capture, not another kind of file")
        }
        let version = try members.take("version", "\(Self.version)") { $0.number?.integer }
        guard version == Self.version else {
            throw LineFault(
                "version \(version) of the format is not known", remedy: "convert it to version \(Self.version)")
        }
        start = try members.take("start", "a time such as \"2026-11-21T07:30:00.000Z\"") { value in
            value.string.flatMap { WallTime(rfc3339: $0) }.flatMap { $0.isWritable ? $0 : nil }
        }
        try members.finish()
    }

    /// Writes the line.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("format", Self.format)
            json.member("start", start.rfc3339)
            json.member("version", Self.version)
        }
        json.endLine()
    }
}
