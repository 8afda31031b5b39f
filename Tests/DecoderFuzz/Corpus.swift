import Foundation

/// What inputs are mutated from: literal packets and lines, and the captures among the fixtures.
struct Corpus: Sendable {
    /// Values of characteristics; each is tried on every characteristic.
    let packets: [[UInt8]]
    /// The btsnoop captures of the fixtures.
    let captures: [BTSnoopFixture]

    init(fixtures: URL) throws {
        packets = Self.packetTexts.map(Self.bytes)
        let files = try FileManager.default.contentsOfDirectory(at: fixtures, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "btsnoop" }.sorted { $0.path < $1.path }
        captures = try files.map { BTSnoopFixture(Array(try Data(contentsOf: $0))) }
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        hex.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }

    /// Valid packets of every layout: 2A37, 2A5F, 2A5E, 2A60, 2A52, 2A2B, 2A23, 2A50, 2A24, 2A19, FB005C82.
    private static let packetTexts = [
        "16 48 52 03 e8 03", "00 48", "01 2c 01", "1f 2c 01 10 00 00 04 01 04", "04 00", "10 48", "18 48 10 00 52 03",
        "00 61 00 48 00", "01 61 00 48 00 60 00 4a 00", "02 61 00 48 00 62 00 47 00", "04 61 00 48 00 00 80",
        "1f 61 00 48 00 60 00 49 00 62 00 47 00 40 01 00 02 00 5a e1", "0c ff 07 ff 07 00 20 00 08 00",
        "01 60 00 46 00 ea 07 0b 15 07 1e 00", "1f 60 00 46 00 ea 07 0b 15 07 1e 00 00 03 00 00 00 2c f1",
        "03 00 ff ff ff ff ff 00", "07 00 40 01 00 02 00", "01 01", "05 00 03 00", "06 00 01 01", "04 05 01 01",
        "ea 07 0b 15 07 1e 00 06 80 00", "00 00 00 00 00 00 00 00 00 00", "12 34 56 ff fe 9a bc de",
        "01 00 00 15 1b 7f ce cb 0b 00 01 00 00 02 00 00 03 00 00 04 00 00",
        "01 00 00 15 1b 7f ce cb 0b 80 01 00 00 02 00 00 03 00 00 04 00 00 04 02 21 43 65 87 00 03 06 01 41 92 d3",
        "00 00 00 15 1b 7f ce cb 0b 00 64 00 00 ce ff ff 2c 01 00",
        "01 05 00 34 12 01 00", "48 31 30 00", "c3 a9 74 c3", "57", "ff", "",
    ]
}

/// A btsnoop file cut into its records.
struct BTSnoopFixture: Sendable {
    /// The file's header.
    let header: [UInt8]
    /// The records, each with its own header.
    let records: [[UInt8]]

    /// Bytes of the file's header, and of a record's.
    static let fileHeaderBytes = 16
    static let recordHeaderBytes = 24

    init(_ file: [UInt8]) {
        header = Array(file.prefix(Self.fileHeaderBytes))
        var records: [[UInt8]] = []
        var place = header.count
        while place + Self.recordHeaderBytes <= file.count {
            // The length of what is in the file is the second word, most significant byte first.
            let length = file[place + 4..<place + 8].reduce(0) { $0 << 8 | Int($1) }
            let end = min(file.count, place + Self.recordHeaderBytes + length)
            records.append(Array(file[place..<end]))
            place = end
        }
        self.records = records
    }
}
