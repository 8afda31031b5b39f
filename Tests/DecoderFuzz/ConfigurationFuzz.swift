import VitalsDaemon

/// Configurations in TOML, with what a person or a disk does to them.
struct ConfigurationFuzz: Fuzzer {
    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        for _ in 0..<count {
            var text = Array((random.element(Self.texts) + random.element(Self.texts)).utf8)
            if !random.oneIn(16) { random.mutate(&text, interesting: Self.interesting) }
            tally.input(text)
            do {
                let document = try TOMLDocument(file: "fuzz.toml", text: String(decoding: text, as: UTF8.self))
                _ = try DaemonConfiguration(document, needsSource: false)
                tally.decoded += 1
            } catch {
                tally.refused += 1
            }
        }
    }

    private static let texts = [
        "[gateway]\nid = \"ward-3\"\n[source]\npath = \"night.jsonl.gz\"\nspeed = 400.0\nat_end = \"exit\"\n",
        "[journal]\npath = \"/var/lib/vitalsd/journal.db\"\nblock_seconds = 20\n[kernels]\nlevel = \"scalar\"\n",
        "[mqtt]\nhost = \"broker.example\"\nport = 8883\nusername = \"g\"\n[mqtt.tls]\nenabled = true\n",
        "[detection.heart_rate]\nlow = 40\nhigh = 130\n[detection.spo2]\nlow = 90\n",
        "[[sensor]]\naddress = \"C0:00:00:00:00:01\"\nname = \"bed 4\"\n", "# nothing\n", "",
        "[a.b]\nc = [1, 2.5, \"three\", true, 1979-05-27T07:32:00Z]\nd = { e = 0xFF, f = nan, g = -inf }\n",
    ]
    private static let interesting = Array("[]{}=.\"'#\\\n\r\t-+_:eExXobTZ09,".utf8) + [0x00, 0x7F, 0xC3, 0xFF]
}
