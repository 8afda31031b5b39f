import Foundation
import Testing
import VitalsCapture
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@testable import VitalsHCI

@Suite("The flight recorder")
struct FlightRecorderTests {
    private let folder: TemporaryDirectory
    private let loop: EventLoop
    private let monitor: FakeMonitor

    init() throws {
        folder = try TemporaryDirectory()
        loop = try EventLoop()
        monitor = try FakeMonitor()
        try FileManager.default.createDirectory(atPath: folder.file("triggers"), withIntermediateDirectories: false)
    }

    private func recorder() -> FlightRecorder {
        var settings = FlightRecorder.Settings(ring: folder.file("ring"))
        settings.frozen = folder.file("frozen")
        settings.triggers = folder.file("triggers")
        return FlightRecorder(settings, loop: loop) { [monitor] () throws(HCIError) in try monitor.open() }
    }

    private func settle() throws { while try loop.turn(waiting: .milliseconds(20)) {} }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file(path)).sorted()
    }

    private func touch(_ name: String, _ text: String = "") throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    }

    @Test("a file in the folder of triggers freezes the ring under its name, and is gone when that is done")
    func trigger() throws {
        let recorder = recorder()
        var frozen: [String] = []
        recorder.onFreeze = { if case .success(let path) = $0 { frozen.append(path) } }
        try recorder.start()
        for number in UInt8(0)..<10 { monitor.say(.event, [0x0F, 1, number]) }
        try touch("triggers/link fault:C0")
        try settle()
        let name = try #require(try names("frozen").first)
        #expect(frozen == [folder.file("frozen/\(name)")])
        #expect(name.hasPrefix("frozen-") && name.hasSuffix("Z-link-fault-C0"))
        #expect(try names("frozen/\(name)") == ["ring-00000001.btsnoop"])
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("frozen/\(name)/ring-00000001.btsnoop")))
        #expect(Recording.records([UInt8](data)).map(\.packet.data.last) == (0..<10).map { UInt8($0) })
        #expect(try names("triggers").isEmpty)
        // What comes next is in the next ring.
        monitor.say(.event, [0x0F, 1, 77])
        try settle()
        #expect(try names("ring") == ["ring-00000002.btsnoop"])
        try recorder.stop()
    }

    @Test("what is asked for soon after a freeze waits, so that alarms in a row make one set")
    func alarmsInARow() throws {
        let recorder = recorder()
        var frozen = 0
        recorder.onFreeze = { _ in frozen += 1 }
        try recorder.start()
        for name in ["a", "b", "c"] {
            recorder.freeze(name)
            try settle()
        }
        #expect(frozen == 1)
        #expect(try names("frozen").count == 1)
        try recorder.stop()
    }

    @Test("triggers that were there before the start count too")
    func earlierTrigger() throws {
        try touch("triggers/alarm")
        let recorder = recorder()
        try recorder.start()
        try settle()
        #expect(try names("frozen").first?.hasSuffix("-alarm") == true)
        try recorder.stop()
    }

    @Test("a missing folder of triggers is an error with its name")
    func missingFolder() throws {
        try FileManager.default.removeItem(atPath: folder.file("triggers"))
        let error = #expect(throws: HCIError.self) { try recorder().start() }
        #expect(error?.operation == "watch the folder \(folder.file("triggers"))")
    }

    @Test("reasons become words that can stand in a name")
    func reasons() {
        #expect(FreezeTriggers.reason("adapter-silent") == "adapter-silent")
        #expect(FreezeTriggers.reason("../etc/x y\n") == "---etc-x-y-")
        #expect(FreezeTriggers.reason("") == "unnamed")
        #expect(
            FreezeTriggers.reason(String(repeating: "a", count: 300)).utf8.count == VitalsHCILimits.freezeReasonBytesMax
        )
    }
}

@Suite("The files of a ring")
struct RingStoreTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(microseconds: seconds * 1_000_000) }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file(path)).sorted()
    }

    private func write(_ path: String) throws { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path)) }

    private func store(_ seconds: Int64 = 60) throws -> RingStore {
        let store = RingStore(folder: Folder(path: folder.file("ring")), span: .seconds(seconds))
        try store.adopt(at: at(0))
        return store
    }

    @Test("files older than the kept time are removed, and no others")
    func age() throws {
        let store = try store()
        for time in Int64(1)...10 {
            let path = store.nextPath()
            try write(path)
            store.finished(path, 3, at: at(time * 10))
        }
        // Completed at 40 s and later: 100 s less 60 s.
        #expect(
            try names("ring").map { $0.suffix(10) }
                == ["04", "05", "06", "07", "08", "09", "10"].map { "\($0).btsnoop" })
    }

    @Test("more bytes than a ring may have cost its oldest files")
    func size() throws {
        let store = try store()
        for _ in 0..<3 {
            let path = store.nextPath()
            try write(path)
            store.finished(path, VitalsHCILimits.ringBytesMax / 2, at: at(1))
        }
        #expect(try names("ring") == ["ring-00000002.btsnoop", "ring-00000003.btsnoop"])
        #expect(store.removeOldest() && store.removeOldest() && !store.removeOldest())
    }

    @Test("what an earlier run left belongs to the ring, and numbers go on")
    func earlierRun() throws {
        let first = try store()
        let path = first.nextPath()
        try write(path)
        try write(folder.file("ring/other.txt"))
        let second = try store()
        #expect(second.bytes == 3)
        #expect(second.nextPath() == folder.file("ring/ring-00000002.btsnoop"))
        let next = folder.file("ring/ring-00000002.btsnoop")
        try write(next)
        second.finished(next, 3, at: at(61))
        #expect(try names("ring") == ["other.txt", "ring-00000002.btsnoop"])
    }

    @Test("frozen sets are kept up to their number, the newest always")
    func frozenSets() throws {
        let frozen = Folder(path: folder.file("frozen"))
        try frozen.make()
        // A clock that was ahead once must not cost the newest set.
        for year in 2090...2093 { try Folder(path: frozen.file("frozen-\(year)0101T000000.000Z-x")).make() }
        let store = try store()
        try write(store.nextPath())
        let set = try store.freeze("now", into: frozen, keeping: 2)
        #expect(try names("frozen").count == 2)
        #expect(try names("frozen").contains { set.path.hasSuffix($0) })
        #expect(try names("frozen").contains("frozen-20930101T000000.000Z-x"))
    }

    @Test("a freeze that a run did not live to complete is shown by the next one")
    func interruptedFreeze() throws {
        let frozen = Folder(path: folder.file("frozen"))
        try frozen.make()
        try Folder(path: frozen.file(".frozen-20261121T073000.000Z-x")).make()
        try store().completeFreezes(in: frozen)
        #expect(try names("frozen") == ["frozen-20261121T073000.000Z-x"])
    }

    @Test("a freeze that cannot be stored is an error, and loses no file of the ring")
    func cannotFreeze() throws {
        let store = try store()
        let path = store.nextPath()
        try write(path)
        store.finished(path, 3, at: at(1))
        try write(folder.file("blocked"))
        #expect(throws: HCIError.self) {
            try store.freeze("x", into: Folder(path: folder.file("blocked")), keeping: 2)
        }
        #expect(try names("ring") == ["ring-00000001.btsnoop"])
        #expect(store.bytes == 3)
    }
}
