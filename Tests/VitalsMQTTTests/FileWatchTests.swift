import Foundation
import Testing
import VitalsTestKit

@testable import VitalsMQTT

@Suite("Noticing renewed files")
struct FileWatchTests {
    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    @Test("a change counts at the second look that finds it, once")
    func change() throws {
        let directory = try TemporaryDirectory()
        let paths = ["certificate", "key"].map(directory.file)
        for path in paths { try Self.write("old", to: path) }
        var watch = FileWatch(paths)
        #expect(watch.hasChanged() == false)
        #expect(watch.hasChanged() == false)
        try Self.write("newer", to: paths[0])
        #expect(watch.hasChanged() == false, "the key may be on its way")
        try Self.write("newer", to: paths[1])
        #expect(watch.hasChanged() == false)
        #expect(watch.hasChanged() == true)
        watch.isUsed()
        #expect(watch.hasChanged() == false)
        #expect(watch.hasChanged() == false)
    }

    @Test("a file that is away for a moment is no change")
    func away() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("certificate")
        try Self.write("old", to: path)
        var watch = FileWatch([path])
        try FileManager.default.removeItem(atPath: path)
        #expect(watch.hasChanged() == false)
        #expect(watch.hasChanged() == false)
        try Self.write("new", to: path)
        #expect(watch.hasChanged() == false)
        #expect(watch.hasChanged() == true)
    }
}
