import VitalsCapture
import VitalsModel

/// Lines of JSON Lines captures. A reader ends with its first error and is made anew.
struct EventLineFuzz: Fuzzer {
    private var events: [SensorEvent] = []

    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        var reader: JSONLinesReader?
        for _ in 0..<count {
            var line = random.element(Self.lines)
            if !random.oneIn(8) { random.mutate(&line, interesting: Self.interesting) }
            line.append(UInt8(ascii: "\n"))
            var current = reader ?? JSONLinesReader()
            do {
                if reader == nil { try current.consume(Self.header, into: &events) }
                tally.input(line)
                try current.consume(line, into: &events)
                tally.decoded += 1
                reader = current
            } catch {
                tally.refused += 1
                reader = nil
            }
            events.removeAll(keepingCapacity: true)
        }
    }

    /// A capture of some twenty lines.
    static func file(_ random: inout Generator) -> [UInt8] {
        var file = header
        for _ in 0..<random.below(40) { file += random.element(lines) + [UInt8(ascii: "\n")] }
        return file
    }

    static let header = Array(
        #"{"format":"vitals-capture","version":1,"start":"2026-11-21T07:30:00.000Z"}"#.utf8 + [UInt8(ascii: "\n")])

    private static let lines = [
        #"{"t":1.024,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"160048e803"}"#,
        #"{"t":0.5,"sensor":"C0:00:00:00:00:01","link":"up"}"#,
        #"{"t":0.75,"sensor":"C0:00:00:00:00:01","link":"down","reason":"supervision-timeout"}"#,
        #"{"t":9.0,"clock":{"step":3600.0,"synchronised":true}}"#,
        #"{"t":123456.789012,"sensor":"00:11:22:33:44:55","characteristic":"0000fee000001000800000805f9b34fb","value":""}"#,
        #" { "value" : "006100480a" , "characteristic":"2a5f", "t":1e1, "sensor":"ff:ff:ff:ff:ff:ff" } "#, "",
    ].map { Array($0.utf8) }

    static let interesting = Array(#"{}[]":,\-+.eE019tfn/ "#.utf8) + [0x00, 0x0D, 0x7F, 0xC3, 0xFF]
}

/// Lines of the importers: RR intervals and SpO2 exports.
struct ImportLineFuzz<Reader: CaptureDecoder>: Fuzzer {
    private var events: [SensorEvent] = []

    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        let kind = ImportKind(Reader.self)
        var reader: Reader?
        for _ in 0..<count {
            var line = random.element(kind.lines)
            if !random.oneIn(4) { random.mutate(&line, interesting: Self.interesting) }
            line.append(UInt8(ascii: "\n"))
            var current = reader ?? kind.reader(&random)
            do {
                if reader == nil { try current.consume(kind.header, into: &events) }
                tally.input(line)
                try current.consume(line, into: &events)
                if random.oneIn(16) {
                    reader = nil
                    try current.finish(into: &events)
                } else {
                    reader = current
                }
                tally.decoded += 1
            } catch {
                tally.refused += 1
                reader = nil
            }
            events.removeAll(keepingCapacity: true)
        }
    }

    private static var interesting: [UInt8] { Array("0123456789.,;:-+eE \t#\"\r".utf8) + [0x00, 0xFF] }
}

/// What the two importers differ in.
private struct ImportKind<Reader: CaptureDecoder> {
    let header: [UInt8]
    let lines: [[UInt8]]
    let reader: (inout Generator) -> Reader

    init(_ type: Reader.Type) {
        let start = WallTime(microseconds: 1_795_246_200_000_000)
        let sensor = SensorAddress(rawValue: 0xC000_0000_0001)
        if type == RRTextReader.self {
            header = []
            lines = [
                "812", "0.812", "1024", "65536", "# a comment", "", "999999999999999999999", "-3", "1e3", "3000.5",
            ]
            .map { Array($0.utf8) }
            reader = { random in
                let unit = random.element([nil, RRUnit.milliseconds, .seconds, .ticks])
                return RRTextReader(sensor: sensor, start: start, unit: unit) as! Reader
            }
        } else {
            header = Array("time,spo2,pulse\n".utf8)
            lines = [
                "2026-11-21T07:30:00Z,97,72", "2026-11-21 07:30:01,97.5,72.25", "1.5,97,72", "12:00:01,96,70",
                "3,--,--", "4,,", "5;97;72", "99999999999,100,300", "\"6\",\"97\",\"72\"",
            ].map { Array($0.utf8) }
            reader = { _ in SpO2CSVReader(sensor: sensor, start: start) as! Reader }
        }
    }
}
