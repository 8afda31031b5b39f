import VitalsCapture
import VitalsModel

/// btsnoop records: runs of a real capture in which every other record is damaged or made up. A run ends with the first
/// error, since it ends the reading.
struct BTSnoopRecordFuzz: Fuzzer {
    private let captures: [BTSnoopFixture]
    private var events: [SensorEvent] = []

    init(corpus: Corpus) { captures = corpus.captures }

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        var left = count
        while left > 0 {
            let capture = random.element(captures)
            var reader = BTSnoopReader()
            do {
                tally.input(capture.header, "file")
                try reader.consume(capture.header, into: &events)
                var next = random.below(capture.records.count)
                while left > 0 && next < capture.records.count {
                    var record = capture.records[next]
                    if random.oneIn(2) { Self.damage(&record, &random) }
                    next += 1
                    left -= 1
                    tally.input(record, "record")
                    try reader.consume(record, into: &events)
                    tally.decoded += 1
                }
                try reader.finish(into: &events)
            } catch {
                tally.refused += 1
            }
            events.removeAll(keepingCapacity: true)
        }
    }

    /// Mostly in what the record carries, with a length that is right, so that the damage gets as deep as it can.
    private static func damage(_ record: inout [UInt8], _ random: inout Generator) {
        let headerBytes = BTSnoopFixture.recordHeaderBytes
        guard record.count >= headerBytes, !random.oneIn(200) else { return random.mutate(&record) }
        var header = Array(record[..<headerBytes])
        var data = random.oneIn(4) ? random.bytes(random.below(64)) : Array(record[headerBytes...])
        random.mutate(&data)
        for byte in 0..<4 {
            let digit = UInt8(truncatingIfNeeded: data.count >> ((3 - byte) * 8))
            header[byte] = digit
            header[4 + byte] = digit
        }
        // Adapter and kind of the packet.
        if random.oneIn(8) { header[8 + random.below(4)] = UInt8(random.below(20)) }
        if random.oneIn(50) { header[16 + random.below(8)] = random.byte() }
        record = header + data
    }
}

/// Whole captures of up to a few KiB, damaged anywhere, handed over in pieces of any size.
struct CaptureFileFuzz: Fuzzer {
    private let captures: [BTSnoopFixture]
    private var events: [SensorEvent] = []

    init(corpus: Corpus) { captures = corpus.captures }

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        for _ in 0..<count {
            var file = random.oneIn(2) ? snoop(&random) : EventLineFuzz.file(&random)
            for _ in 0..<random.below(4) { random.mutate(&file) }
            tally.input(file)
            var reader = CaptureReader()
            do {
                var place = 0
                while place < file.count {
                    let end = min(file.count, place + 1 + random.below(random.oneIn(2) ? 40 : 4_000))
                    try reader.consume(Array(file[place..<end]), into: &events)
                    place = end
                }
                if random.oneIn(4) { reader.breakOff(into: &events) } else { try reader.finish(into: &events) }
                tally.decoded += 1
            } catch {
                tally.refused += 1
            }
            events.removeAll(keepingCapacity: true)
        }
    }

    private func snoop(_ random: inout Generator) -> [UInt8] {
        let capture = random.element(captures)
        let first = random.below(capture.records.count)
        return capture.header + capture.records[first...].prefix(random.below(60)).flatMap(\.self)
    }
}
