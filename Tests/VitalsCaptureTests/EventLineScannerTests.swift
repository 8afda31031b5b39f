import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCapture

@Suite("The fast reading of value lines")
struct EventLineScannerTests {
    private static func scan(_ line: [UInt8]) -> EventLine? { EventLineScanner.scan(line, 0..<line.count) }

    private static func parse(_ line: [UInt8]) -> EventLine? { try? EventLineParser.parse(line) }

    @Test(
        "the usual shapes are read fast",
        arguments: [
            #"{"t":1.024,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"160048e803"}"#,
            #"{"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":0,"value":""}"#,
            #"{"t": 12345.000001, "sensor": "c0:0a:00:00:00:01", "characteristic": "2a5f", "value": "0061004800"}"#,
            #"{"value":"ff","t":3155760000,"sensor":"C0:00:00:00:00:01","#
                + #""characteristic":"fb005c8002e7f3871cad8acd2d8df0c8"}"#,
        ])
    func usual(line: String) {
        #expect(Self.scan(Array(line.utf8)) != nil)
        #expect(Self.scan(Array(line.utf8)) == Self.parse(Array(line.utf8)))
    }

    @Test(
        "other shapes are left to the general parser",
        arguments: [
            #"{"t":1,"sensor":"C0:00:00:00:00:01","link":"up"}"#,
            #"{"t":1e3,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"00"}"#,
            #"{"t":01,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"00"}"#,
            #"{"t":1.0000001,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"00"}"#,
            #"{"t":1,"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"00"}"#,
            #"{"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"0\u0030"}"#,
            #"{"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"00"} "#,
            #"{"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"00",}"#,
            #"{"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A37"}"#, "{}", "{", "",
        ])
    func unusual(line: String) {
        #expect(Self.scan(Array(line.utf8)) == nil)
    }

    @Test("whatever is read fast is what the general parser reads: 20,000 mutated lines")
    func equivalence() {
        var random = SplitMix64(seed: 0x5CA7)
        let alphabet = Array(#"{}[]":,.-+eE0123456789abcdefxt \/u"#.utf8) + [0x00, 0x7F, 0xC3, 0xA9]
        var fast = 0
        for _ in 0..<20_000 {
            var line = Self.line(&random)
            for _ in 0..<random.int(0...2) {
                let place = random.int(0...line.count - 1)
                switch random.int(0...3) {
                case 0: line[place] = alphabet[random.int(0...alphabet.count - 1)]
                case 1: line.insert(alphabet[random.int(0...alphabet.count - 1)], at: place)
                case 2: line.remove(at: place)
                default: line.swapAt(place, random.int(0...line.count - 1))
                }
            }
            guard let scanned = Self.scan(line) else { continue }
            fast += 1
            #expect(scanned == Self.parse(line), "\(String(decoding: line, as: UTF8.self))")
        }
        #expect(fast > 7_000)
    }

    /// A line with its members in a random order, and spaces here and there.
    private static func line(_ random: inout SplitMix64) -> [UInt8] {
        let uuid = random.int(0...3) == 0 ? Hex.string(random.bytes(16)) : Hex.string(random.bytes(2))
        let time = CaptureWriter.seconds(Int64(random.int(0...4_000_000_000_000)))
        let address = SensorAddress(rawValue: random.next()).description
        let members = [
            "\"t\":\(time)", "\"sensor\":\"\(address)\"", "\"characteristic\":\"\(uuid)\"",
            "\"value\":\"\(Hex.string(random.bytes(random.int(0...20))))\"",
        ].shuffled(using: &random)
        return Array("{\(members.joined(separator: random.int(0...1) == 0 ? "," : ", "))}".utf8)
    }
}
