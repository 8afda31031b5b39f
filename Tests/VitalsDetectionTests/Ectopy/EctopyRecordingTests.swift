import Foundation
import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Ectopy on recordings")
struct EctopyRecordingTests {
    @Test("on MITDB premature beats are found as often and as exactly as the type comment says")
    func arrhythmiaDatabase() {
        let records = ArrhythmiaBeats.all
        guard !records.isEmpty else { return }
        #expect(records.count == 48)
        var score = EctopyScore()
        var malik = EctopyScore()
        for record in records {
            let outputs = EctopyScenario.play(record.rr)
            score.add(outputs.map { $0.decision == .premature }, record.isEctopic)
            malik.add(outputs.map(\.isMalikEctopic), record.isEctopic)
            #expect(outputs.map(\.isMalikEctopic) == EctopyScenario.malik(record.rr))
        }
        print("MITDB ectopy", score, "20 % rule", malik)
        #expect(score.ectopic == 7_128 + 2_546 + 150)
        #expect(score.exactF1 > 80.8 && score.nearSensitivity > 84.3 && score.nearSpecificity > 98.5)
    }
}

/// Ectopic beats against found ones, exactly and within one beat.
struct EctopyScore: CustomStringConvertible {
    var ectopic = 0
    var others = 0
    var found = 0
    var hits = 0
    var nearHits = 0
    var farMisses = 0

    mutating func add(_ found: [Bool], _ truth: [Bool]) {
        func near(_ flags: [Bool], _ index: Int) -> Bool {
            flags[max(0, index - 1)...min(flags.count - 1, index + 1)].contains(true)
        }
        for index in truth.indices {
            if truth[index] { ectopic += 1 } else { others += 1 }
            if found[index] { self.found += 1 }
            if truth[index] && found[index] { hits += 1 }
            if truth[index] && near(found, index) { nearHits += 1 }
            if found[index] && !near(truth, index) { farMisses += 1 }
        }
    }

    var exactF1: Double { 200 * Double(hits) / Double(ectopic + found) }
    var nearSensitivity: Double { 100 * Double(nearHits) / Double(ectopic) }
    var nearSpecificity: Double { 100 * (1 - Double(farMisses) / Double(others)) }
    var description: String {
        String(format: "F1 %.2f, within one beat Se %.2f Sp %.2f", exactF1, nearSensitivity, nearSpecificity)
    }
}

/// The beats of the MIT-BIH Arrhythmia Database with the cardiologists' types.
struct ArrhythmiaBeats {
    var rr: [UInt16] = []
    /// Whether the beat that ended the interval is ventricular (`V`) or an atrial premature one (`A`, `a`).
    var isEctopic: [Bool] = []

    static let all: [ArrhythmiaBeats] = {
        guard let folder = TestData.recordings?.appendingPathComponent("mitdb-annotations"),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { return [] }
        return names.filter { $0.hasSuffix("annotations.txt.gz") }.sorted()
            .map { ArrhythmiaBeats(folder.appendingPathComponent($0)) }
    }()

    init(_ file: URL) {
        let gzip = Process()
        let pipe = Pipe()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", file.path]
        gzip.standardOutput = pipe
        guard (try? gzip.run()) != nil else { return }
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        gzip.waitUntilExit()
        var last: Int64?
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count >= 6, let sample = Int64(String(decoding: fields[1], as: UTF8.self)),
                fields[2].count == 1, let type = fields[2].first, "NLRBAaJSVrFejnE/fQ?".utf8.contains(type)
            else { continue }
            if let last {
                rr.append(UInt16(min(((sample - last) * 1_024 + 180) / 360, 65_535)))
                isEctopic.append("VAa".utf8.contains(type))
            }
            last = sample
        }
    }
}
