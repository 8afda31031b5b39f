import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("Planted strings in a journal's files")
struct CanaryTests {
    /// What a journal may hold of a person: names, numbers and values as records and packets carry them.
    static let canaries: [[UInt8]] =
        [
            "Erika Mustermann", "Bed 14 Window", "MRN-0049-7731", "Polar H10 9A3F2C27", "Nonin3150_0502491842",
            #""heart_rate":173,"#, #""spo2":71.5,"#, "asystole at 173", "subject-of-ward-7", "1951-08-12",
            "Hauptstrasse 4b", "+49 170 5550132", #""threshold":88.25"#, "serial 0C7A21B4", "left index finger",
        ].map { Array($0.utf8) }
        + (0..<5).map { index in (0..<12).map { UInt8(truncatingIfNeeded: 0xC7 &* (index + 3) &+ $0 &* 0x3B) } }

    /// Runs a journal through all that writes files, and gives back how many hits there are, in which files.
    private func hits(_ key: JournalKey?) throws -> (count: Int, files: Set<String>) {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.sqlite")
        var protection = Tampering.protection
        protection.key = key
        var sequence: UInt64 = 0
        func record(_ canary: [UInt8]) -> VitalsCore.Record {
            sequence += 1
            return VitalsCore.Record(
                sequence: sequence, kind: .device, sensor: SensorAddress(rawValue: 0xC000_0000_0001),
                stamp: Stamp(
                    monotonic: MonotonicTime(microseconds: Int64(sequence)), wall: .zero, isSynchronised: true),
                subject: "device", body: canary)
        }
        var air = ArrivalMaker(seed: 1)
        for round in 0..<3 {
            let journal = try Journal(path: path, gateway: "gateway", created: .zero, protection: protection)
            for canary in Self.canaries {
                var arrival = air.arrival()
                arrival.value = canary
                try journal.append([record(canary), record(canary + canary)], arrivals: [arrival])
            }
            // As a kill leaves them: with the WAL file and the index of it.
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.copyItem(
                    atPath: path + suffix, toPath: directory.file("killed-\(round)" + suffix))
            }
            if round == 1 { try Tampering.drop(4...20, from: journal) }
            if round == 2 { try journal.onWriter("vacuum") { try $0.execute(sql: "VACUUM") } }
            try journal.eraseSpentKeys()
            // A damaged copy, as quarantine keeps it.
            try FileManager.default.createDirectory(
                atPath: directory.file("quarantine-\(round)"), withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: path, toPath: directory.file("quarantine-\(round)/journal.sqlite"))
            #expect(try journal.records(after: sequence - 1, limit: 1).first?.body.isEmpty == false)
            try journal.close()
        }
        // A real quarantine too, with all that stands beside the file in it, and the journal that salvage makes of it.
        JournalRecovery.suspect(path: path, reason: "a test says so")
        let opened = try JournalRecovery(path: path, gateway: "gateway", now: .zero, protection: protection)
            .open { () throws(JournalError) in
                try Journal(path: path, gateway: "gateway", created: .zero, protection: protection)
            }
        #expect(opened.report.map { $0.records > 0 } == true)
        sequence = opened.journal.nextSequence - 1
        try opened.journal.append([record(Self.canaries[0])])
        return Self.search(directory.path)
    }

    private static func search(_ folder: String) -> (count: Int, files: Set<String>) {
        var found: (count: Int, files: Set<String>) = (0, [])
        for name in FileManager.default.subpaths(atPath: folder) ?? [] {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            for canary in canaries where data.range(of: Data(canary)) != nil {
                found.count += 1
                found.files.insert(name)
            }
        }
        return found
    }

    @Test("Of 20 planted strings none is in any file of a sealed journal, and each is found in one that is not")
    func canaries() throws {
        #expect(Set(Self.canaries).count == 20)
        let sealed = try hits(try SealingTests.key(9))
        #expect(sealed.count == 0, "\(sealed.files.sorted())")
        // The control: the search finds what is there.
        let clear = try hits(nil)
        #expect(clear.count >= Self.canaries.count * 3)
        #expect(clear.files.contains("journal.sqlite"))
        #expect(clear.files.contains { $0.hasPrefix("quarantine/journal.sqlite-") })
        #expect(clear.files.contains("killed-0-wal"))

        var result = SuiteResult("canary", tests: [], seed: "1", isFull: true)
        result.count("planted strings", Self.canaries.count)
        result.count("hits when sealed", sealed.count)
        result.count("hits when not sealed", clear.count)
        result.goal("0 hits when sealed", "\(sealed.count)", holds: sealed.count == 0)
        try result.report()
    }
}
