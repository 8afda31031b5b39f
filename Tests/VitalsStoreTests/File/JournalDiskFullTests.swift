import Foundation
import Testing
import VitalsCore
import VitalsStore
import VitalsTestKit

@Suite("A full disk")
struct JournalDiskFullTests {
    @Test("An append on a full disk is an error, keeps every committed record, and works again with room (lesson 35)")
    func fullDisk() throws {
        let directory = try TemporaryDirectory()
        guard Self.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", directory.path) else {
            print("SKIPPED: a small file system cannot be mounted here (root only), so a full disk is not tried")
            return
        }
        defer { _ = Self.run("umount", "-l", directory.path) }
        let ballast = directory.file("ballast")
        try Data(count: 512 << 10).write(to: URL(fileURLWithPath: ballast))

        let path = directory.file("journal.sqlite")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        var maker = RecordMaker(seed: 1)
        var stored: [Record] = []
        var refused: [Record] = []
        while refused.isEmpty && stored.count < 100_000 {
            let batch = maker.records(50)
            do {
                try journal.append(batch)
                stored += batch
            } catch {
                #expect(error.code == .diskFull)
                #expect(error.isTransient)
                refused = batch
            }
        }
        #expect(!refused.isEmpty)
        #expect(journal.head == UInt64(stored.count))
        #expect(try journal.records(after: 0, limit: .max) == stored)
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
        #expect(throws: JournalError.self) { try journal.append(refused) }

        try FileManager.default.removeItem(atPath: ballast)
        try journal.append(refused)
        try journal.close()
        let reader = try JournalReader(path: path)
        #expect(try reader.records(after: 0, limit: .max) == stored + refused)
        #expect(try JournalVerifier.verify(reader).fault == nil)
        try reader.close()
    }

    private static func run(_ command: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
