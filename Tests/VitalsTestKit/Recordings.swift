import Foundation

/// One labelled recording of RR intervals.
package struct Recording: Sendable {
    package let name: String
    /// Intervals in 1/1024 s; 65535 where the field of the sensor would overflow.
    package var rr: [UInt16] = []
    /// When each interval ended, microseconds since the start of the recording.
    package var times: [Int64] = []
    /// Whether atrial fibrillation was in force at the beat that ended it.
    package var isFibrillation: [Bool] = []

    mutating func append(ticks: Int64, at microseconds: Int64, isFibrillation label: Bool) {
        rr.append(UInt16(min(max(ticks, 0), 65_535)))
        times.append(microseconds)
        isFibrillation.append(label)
    }
}

/// The public recordings that the detectors are checked with, read once; empty where they are absent.
package enum Recordings {
    /// MIT-BIH Atrial Fibrillation Database: 25 records, beats at 250 Hz, rhythm labels.
    package static let fibrillation = load("afdb-rr", prefix: "qrs", suffix: ".txt.gz", fibrillation)
    /// MIT-BIH Arrhythmia Database: 48 records, beats at 360 Hz, rhythm labels.
    package static let arrhythmia = load("mitdb-annotations", prefix: "", suffix: "annotations.txt.gz", arrhythmia)
    /// MIT-BIH Normal Sinus Rhythm RR Interval Database: 27 subjects, 24 h each. Intervals of 3 s and more are gaps.
    package static let sinus = load("nsr2db-rr", prefix: "nsr", suffix: ".txt.gz", sinus)

    private static func load(
        _ folder: String, prefix: String, suffix: String, _ read: (String, URL) -> Recording
    ) -> [Recording] {
        guard let folder = TestData.recordings?.appendingPathComponent(folder),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { return [] }
        return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted().map { name in
            read(String(name.dropLast(suffix.count).dropFirst(prefix.count)), folder.appendingPathComponent(name))
        }
    }

    /// `prevSample RR_s sample`, and the rhythm marks beside it.
    private static func fibrillation(_ name: String, _ file: URL) -> Recording {
        let marks = rhythms(file.deletingLastPathComponent().appendingPathComponent("atr\(name).txt.gz"))
        var recording = Recording(name: name)
        var next = 0
        var label = false
        var text = Fields(unzipped(file))
        while text.nextLine() {
            let samples = text.numbers
            guard samples.count == 3 else { continue }
            while next < marks.count, marks[next].sample <= samples[2] {
                label = marks[next].isFibrillation
                next += 1
            }
            recording.append(
                ticks: ((samples[2] - samples[0]) * 1_024 + 125) / 250, at: samples[2] * 4_000, isFibrillation: label)
        }
        return recording
    }

    /// `Time Sample# Type Sub Chan Num Aux`; beats and rhythm marks mixed.
    private static func arrhythmia(_ name: String, _ file: URL) -> Recording {
        let beats = Set("NLRBAaJSVrFejnE/fQ?")
        var recording = Recording(name: name)
        var last: Int64?
        var label = false
        for line in String(decoding: unzipped(file), as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 6 else { continue }
            let row = fields.last.map { $0.split(separator: "\t") } ?? []
            if row.count == 2, row[1].hasPrefix("(") { label = row[1] == "(AFIB" }
            guard let sample = Int64(fields[1]), fields[2].count == 1, let type = fields[2].first, beats.contains(type)
            else { continue }
            if let last {
                recording.append(
                    ticks: ((sample - last) * 1_024 + 180) / 360, at: sample * 1_000_000 / 360, isFibrillation: label)
            }
            last = sample
        }
        return recording
    }

    /// One RR in seconds a line with 8 decimals; the first line is an offset.
    private static func sinus(_ name: String, _ file: URL) -> Recording {
        var recording = Recording(name: name)
        var time: Int64 = 0
        var text = Fields(unzipped(file))
        guard text.nextLine() else { return recording }
        while text.nextLine() {
            guard let interval = text.numbers.first else { continue }
            time += interval
            recording.append(
                ticks: (interval * 1_024 + 50_000_000) / 100_000_000, at: time / 100, isFibrillation: false)
        }
        return recording
    }

    private static func rhythms(_ file: URL) -> [(sample: Int64, isFibrillation: Bool)] {
        String(decoding: unzipped(file), as: UTF8.self).split(separator: "\n").compactMap { line in
            let fields = line.split { $0 == " " || $0 == "\t" }
            guard let mark = fields.last, mark.hasPrefix("("), fields.count >= 7, let sample = Int64(fields[1])
            else { return nil }
            return (sample, mark == "(AFIB")
        }
    }

    private static func unzipped(_ file: URL) -> [UInt8] {
        let gzip = Process()
        let pipe = Pipe()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", file.path]
        gzip.standardOutput = pipe
        guard (try? gzip.run()) != nil else { return [] }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        gzip.waitUntilExit()
        return Array(data)
    }
}

/// Reads lines of numbers without making a string of each: a debug build reads 4 million of them in seconds.
///
/// A decimal point is dropped, so `0.69531250` is 69531250.
private struct Fields {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var numbers: [Int64] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func nextLine() -> Bool {
        guard position < bytes.count else { return false }
        numbers.removeAll(keepingCapacity: true)
        var number: Int64 = -1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte >= 48, byte < 58 {
                number = (number < 0 ? 0 : number * 10) + Int64(byte &- 48)
            } else if byte != 46 {
                if number >= 0 { numbers.append(number) }
                number = -1
                if byte == 10 { break }
            }
        }
        if number >= 0 { numbers.append(number) }
        return true
    }
}
