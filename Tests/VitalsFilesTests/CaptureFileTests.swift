import Foundation
import Testing
import VitalsCapture
import VitalsFiles
import VitalsModel
import VitalsTestKit

/// Runs `body` with a folder that is gone afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vitals-files-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
}

@Suite("Files of recordings")
struct CaptureFileTests {
    /// What `printf 'vitals' | gzip -n` writes.
    private static let gzipOfVitals: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x2B, 0xCB, 0x2C, 0x49, 0xCC, 0x29, 0x06, 0x00,
        0xB2,
        0xC8, 0x97, 0x55, 0x06, 0x00, 0x00, 0x00,
    ]

    private static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// All chunks, and the error that ended them.
    private static func read(_ path: String) throws -> (bytes: [UInt8], error: FileError?, largest: Int) {
        let file = try CaptureFile(path: path)
        var bytes: [UInt8] = []
        var largest = 0
        do throws(FileError) {
            while let chunk = try file.next() {
                bytes += chunk
                largest = max(largest, chunk.count)
            }
        } catch {
            return (bytes, error, largest)
        }
        return (bytes, nil, largest)
    }

    @Test("plain and compressed files give the same bytes, whatever their name", arguments: [0, 1, 65_536, 300_000])
    func contents(count: Int) throws {
        var random = SplitMix64(seed: UInt64(count))
        let content = random.bytes(count)
        try withTemporaryFolder { folder in
            for name in ["plain", "compressed.gz"] {
                let path = folder + "/" + name
                let writer = try CaptureFileWriter(path: path)
                for first in stride(from: 0, to: count, by: 10_000) {
                    try writer.write(Array(content[first..<min(first + 10_000, count)]))
                }
                try writer.finish()
                let read = try Self.read(path)
                #expect(read.bytes == content)
                #expect(read.error == nil)
                #expect(read.largest <= VitalsFilesLimits.chunkBytes)
                #expect(try CaptureFile(path: path).isCompressed == (name == "compressed.gz"))
            }
        }
    }

    @Test("gzip of other programs is read: one member, several, and padded with zeros")
    func members() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/members"
            let member = Self.gzipOfVitals
            for (bytes, text) in [
                (member, "vitals"), (member + member, "vitalsvitals"), (member + [0, 0, 0], "vitals"),
                (member + [0, 0] + member, "vitalsvitals"),
            ] {
                try Self.write(bytes, to: path)
                let read = try Self.read(path)
                #expect(String(decoding: read.bytes, as: UTF8.self) == text)
                #expect(read.error == nil)
            }
        }
    }

    @Test("very compressible data come in chunks of bounded size")
    func expansion() throws {
        try withTemporaryFolder { folder in
            let writer = try CaptureFileWriter(path: folder + "/zeros.gz")
            for _ in 0..<50 { try writer.write([UInt8](repeating: 0, count: 100_000)) }
            try writer.finish()
            let read = try Self.read(folder + "/zeros.gz")
            #expect(read.bytes.count == 5_000_000)
            #expect(read.largest == VitalsFilesLimits.chunkBytes)
        }
    }

    @Test("a compressed file cut anywhere gives a beginning of its content, and an error that says so")
    func cut() throws {
        var random = SplitMix64(seed: 5)
        let content = random.bytes(2_000)
        try withTemporaryFolder { folder in
            let path = folder + "/cut.gz"
            let writer = try CaptureFileWriter(path: path)
            try writer.write(content)
            try writer.finish()
            let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            for count in stride(from: 2, to: whole.count, by: 37) {
                try Self.write(Array(whole.prefix(count)), to: path)
                let read = try Self.read(path)
                #expect(content.starts(with: read.bytes))
                #expect(
                    read.error?.description
                        == "cannot decompress \(path): the compressed data end too early; "
                        + "copy the file again; everything that could be read was read")
            }
        }
    }

    @Test("damaged compression is an error after what could be read")
    func damaged() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/damaged.gz"
            var checksum = Self.gzipOfVitals
            checksum[18] ^= 1
            let method = [0x1F, 0x8B, 0x09] + Self.gzipOfVitals.dropFirst(3)
            for (bytes, text) in [(checksum, "vitals"), (Self.gzipOfVitals + [1, 2, 3], "vitals"), (method, "")] {
                try Self.write(bytes, to: path)
                let read = try Self.read(path)
                #expect(String(decoding: read.bytes, as: UTF8.self) == text)
                #expect(
                    read.error?.description
                        == "cannot decompress \(path): the compressed data are damaged; "
                        + "copy the file again; everything that could be read was read")
            }
        }
    }

    @Test("the same content is the same compressed bytes, with no name and no time in them")
    func deterministic() throws {
        try withTemporaryFolder { folder in
            for name in ["one.gz", "two.gz"] {
                let writer = try CaptureFileWriter(path: folder + "/" + name)
                try writer.write(Array("vitals".utf8))
                try writer.finish()
            }
            let one = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/one.gz")))
            #expect(one == [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/two.gz"))))
            #expect(Array(one[4..<8]) == [0, 0, 0, 0])
            #expect(one[3] == 0)
        }
    }

    @Test("errors of the system name the file, what was tried, the system's words and what to do")
    func systemErrors() throws {
        try withTemporaryFolder { folder in
            let missing = #expect(throws: FileError.self) { try CaptureFile(path: folder + "/none") }
            #expect(
                missing?.description == "cannot open \(folder)/none: No such file or directory (2); check the name")
            let isFolder = #expect(throws: FileError.self) { try CaptureFile(path: folder) }
            #expect(isFolder?.description == "cannot read \(folder): Is a directory (21); name a file, not a folder")
            let nowhere = #expect(throws: FileError.self) { try CaptureFileWriter(path: folder + "/no/file") }
            #expect(
                nowhere?.description
                    == "cannot create \(folder)/no/file: No such file or directory (2); check the name")
        }
        let full = try CaptureFileWriter(path: "/dev/full", replaces: true)
        let error = #expect(throws: FileError.self) { try full.write([1]) }
        #expect(error?.description == "cannot write /dev/full: No space left on device (28); free space on the disk")
    }

    @Test("a file that exists is replaced only when that is allowed")
    func existing() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/file"
            try Self.write([1, 2, 3], to: path)
            let error = #expect(throws: FileError.self) { try CaptureFileWriter(path: path) }
            #expect(
                error?.description
                    == "cannot create \(path): File exists (17); choose another name, or remove the file first")
            #expect(try Self.read(path).bytes == [1, 2, 3])
            let writer = try CaptureFileWriter(path: path, replaces: true)
            try writer.write([4])
            try writer.finish()
            #expect(try Self.read(path).bytes == [4])
        }
    }

    @Test("a fault of the content names the file and the place, and what stood before it is given")
    func contentFault() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/night.jsonl"
            let text = """
                {"format":"vitals-capture","version":1,"start":"2026-11-21T07:30:00.000Z"}
                {"t":0.5,"sensor":"C0:00:00:00:00:01","link":"up"}
                {"t":0.5,"sensor":"C0:00:00:00:00:01","link":"sideways"}
                """
            try Self.write(Array(text.utf8), to: path)
            let reader = try CaptureFileReader(path: path, decoder: CaptureReader())
            var events: [SensorEvent] = []
            let error = #expect(throws: FileError.self) { try reader.readAll(into: &events) }
            #expect(events.count == 1)
            #expect(
                error?.description
                    == "\(path): line 3: the member 'link' of an event is not valid; write \"up\" or \"down\"")
            #expect(try reader.next(into: &events) == false)
        }
    }

    @Test("intervals in a compressed text that breaks off are read, but not the number that may be cut")
    func brokenImport() throws {
        let lines = (0..<4_000).map { "\(700 + $0 % 200)\n" }.joined()
        try withTemporaryFolder { folder in
            let path = folder + "/rr.txt.gz"
            let writer = try CaptureFileWriter(path: path)
            try writer.write(Array(lines.utf8))
            try writer.finish()
            let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            try Self.write(Array(whole.dropLast(40)), to: path)
            let decoder = RRTextReader(
                sensor: SensorAddress(rawValue: 1), start: WallTime(microseconds: 0), unit: .milliseconds)
            let reader = try CaptureFileReader(path: path, decoder: decoder)
            var events: [SensorEvent] = []
            #expect(throws: FileError.self) { try reader.readAll(into: &events) }
            let readable = try Self.read(path).bytes
            #expect(reader.decoder.statistics.records == readable.count { $0 == 0x0A })
            #expect(reader.decoder.statistics.records > 1_000)
            let intervals = events.reduce(0) { count, event in
                guard case .value(_, _, let bytes) = event.kind else { return count }
                return count + (bytes.count - 2) / 2
            }
            #expect(intervals == reader.decoder.statistics.records)
        }
    }
}
