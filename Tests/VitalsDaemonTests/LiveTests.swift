import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsDaemon

@Suite("What a live run asks and knows")
struct LiveTests {
    private static func alarm(_ sequence: UInt64, at seconds: Int64, state: String = "raised") -> Record {
        let time = seconds * 1_000_000
        return Record(
            sequence: sequence, kind: .alarm, sensor: SensorAddress(rawValue: 0xC000_0000_0001),
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: time), wall: WallTime(microseconds: time), isSynchronised: true),
            subject: "link-lost", body: Array(#"{"condition":"link-lost","state":"\#(state)"}"#.utf8))
    }

    @Test("a raised alarm asks the recorder to freeze, once a minute; its end asks nothing, and no recorder no harm")
    func freeze() throws {
        let folder = try TemporaryDirectory()
        var requests = FreezeRequests(folder: folder.path)
        requests.follow(Self.alarm(6, at: 99, state: "cleared"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        requests.follow(Self.alarm(7, at: 100))
        requests.follow(Self.alarm(8, at: 130))
        requests.follow(Self.alarm(9, at: 161))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "7-c00000000001-link-lost", "9-c00000000001-link-lost",
            ])
        var nowhere = FreezeRequests(folder: folder.file("absent"))
        nowhere.follow(Self.alarm(1, at: 1))
        #expect(!FileManager.default.fileExists(atPath: folder.file("absent")))
    }

    @Test("a step of the wall clock is told once, a slew never, and synchronisation when it changes (lesson 29)")
    func clock() {
        let clock = LiveClock()
        var stamp = clock.now
        #expect(clock.takeStep(at: stamp) == nil)
        stamp.wall.microseconds += 100_000
        #expect(clock.takeStep(at: stamp) == nil)
        stamp.wall.microseconds -= 3_600_000_000
        #expect(
            clock.takeStep(at: stamp)?.kind == .clock(stepMicroseconds: -3_600_000_000, isSynchronised: false))
        #expect(clock.takeStep(at: stamp) == nil)
        clock.isSynchronised = true
        stamp.isSynchronised = true
        #expect(clock.takeStep(at: stamp)?.kind == .clock(stepMicroseconds: 0, isSynchronised: true))
        #expect(clock.takeStep(at: stamp) == nil)
    }
}
