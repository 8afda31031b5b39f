import Foundation
import Testing
import VitalsCapture
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@testable import VitalsHCI

@Suite("Recording the HCI monitor channel")
struct RecorderTests {
    private let folder: TemporaryDirectory
    private let loop: EventLoop
    private let monitor: FakeMonitor

    init() throws {
        folder = try TemporaryDirectory()
        loop = try EventLoop()
        monitor = try FakeMonitor()
    }

    private func settle() throws { while try loop.turn(waiting: .milliseconds(20)) {} }

    /// The packets of a file.
    private func packets(_ name: String) throws -> [MonitorPacket] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
        #expect(Array(bytes.prefix(16)) == BTSnoopWriter.fileHeader)
        return Recording.records(bytes).map(\.packet)
    }

    private func names(_ path: String? = nil) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path ?? folder.path).sorted()
    }

    private func recorder(_ file: String, segmentBytes: Int = .max, keeping: Int? = nil) -> MonitorRecorder {
        let names = SegmentNames(file: folder.file(file), keeping: keeping)
        let destination = MonitorRecorder.Destination(
            segmentBytesMax: segmentBytes, segmentSpanMax: nil, synchronisation: .seconds(5),
            path: { number in names.path(number) }, finished: { _, _ in })
        return MonitorRecorder(destination, loop: loop) { [monitor] () throws(HCIError) in try monitor.open() }
    }

    @Test("what the kernel says stands in the file, in order, with stamps of the time when it was said")
    func oneFile() throws {
        let recorder = recorder("night.btsnoop")
        let before = MonitorChannel.now
        try recorder.start()
        for number in UInt8(0)..<100 { monitor.say(.event, [0x0F, 1, number]) }
        try settle()
        monitor.say(.aclSent, [1, 2, 3], adapter: 1)
        try recorder.stop()
        let found = try packets("night.btsnoop")
        #expect(found.map(\.data) == (0..<100).map { [0x0F, 1, UInt8($0)] } + [[1, 2, 3]])
        #expect(found.last?.adapter == 1 && found.last?.opcode == .aclSent)
        #expect(found.allSatisfy { $0.time >= before && $0.time <= MonitorChannel.now })
        #expect(recorder.statistics == .init(packets: 101, drops: 0, segments: 1))
    }

    @Test("a file is for its owner alone: it holds the values of patients and the keys of links")
    func permissions() throws {
        let recorder = recorder("night.btsnoop")
        try recorder.start()
        try recorder.stop()
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("night.btsnoop"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("a file that has grown enough is followed by the next, which begins with the state; only the last are kept")
    func segments() throws {
        let recorder = recorder("night.btsnoop", segmentBytes: 400, keeping: 3)
        try recorder.start()
        monitor.say(.newIndex, [1, 2, 3])
        for number in UInt8(0)..<60 {
            monitor.say(.event, [0x0F, 1, number])
            try settle()
        }
        try recorder.stop()
        let files = try names()
        #expect(files.count == 3 && !files.contains("night.btsnoop"))
        for file in files {
            let found = try packets(file)
            #expect(found.first?.opcode == .systemNote)
            #expect(found.contains { $0.opcode == .newIndex })
        }
        #expect(recorder.statistics.packets == 61)
    }

    @Test("an unfinished packet is waited for, but not for ever")
    func unfinishedPacket() throws {
        let recorder = recorder("night.btsnoop", segmentBytes: 100)
        try recorder.start()
        monitor.say(.event, [0x3E, 19, 0x01, 0, 0x40, 0, 0, 1, 1, 0, 0, 0, 0, 0xC0, 0x18, 0, 0, 0, 0x2A, 0, 0])
        monitor.say(.aclReceived, [0x40, 0x20, 5, 0, 9, 0, 4, 0, 0x1B])
        for _ in 0..<20 { monitor.say(.event, [0x0F, 1, 0]) }
        try settle()
        #expect(try names() == ["night.btsnoop"])
        for _ in 0..<40 {
            for _ in 0..<20 { monitor.say(.event, [0x0F, 200] + [UInt8](repeating: 0, count: 100)) }
            try settle()
        }
        #expect(try names().count > 1)
        try recorder.stop()
    }

    @Test("without the capability the error names it, and no file is made")
    func noCapability() throws {
        _ = try monitor.open()
        let recorder = recorder("night.btsnoop")
        let error = #expect(throws: HCIError.self) { try recorder.start() }
        #expect(error?.code == .accessDenied)
        #expect(error?.description.hasSuffix("give the unit AmbientCapabilities=CAP_NET_RAW") == true)
        #expect(try names().isEmpty)
    }

    @Test("a file that cannot be made is an error with its name")
    func cannotCreate() throws {
        let recorder = recorder("missing/night.btsnoop")
        let error = #expect(throws: HCIError.self) { try recorder.start() }
        #expect(error?.code == .file)
        #expect(error?.operation == "create \(folder.file("missing/night.btsnoop"))")
    }

    @Test("the end of the channel ends the loop with an error, and what was said before is kept")
    func channelEnds() throws {
        let recorder = recorder("night.btsnoop")
        try recorder.start()
        monitor.say(.event, [0x0F, 1, 7])
        monitor.end()
        #expect(throws: HCIError.self) { try loop.run() }
        #expect(try packets("night.btsnoop").count == 1)
    }

    @Test("a ring that cannot be written loses packets, which it counts, and goes on when it can")
    func fullDisk() throws {
        let path = folder.file("ring")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let destination = MonitorRecorder.Destination(
            segmentBytesMax: .max, segmentSpanMax: nil, synchronisation: nil, path: { "\(path)/\($0).btsnoop" },
            finished: { _, _ in }, survivesFullDisk: true)
        let recorder = MonitorRecorder(destination, loop: loop) { [monitor] () throws(HCIError) in try monitor.open() }
        try recorder.start()
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: HCIError.self) { try recorder.rotate() }
        monitor.say(.event, [0x0F, 1, 1])
        try settle()
        #expect(recorder.statistics.packets == 0)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        monitor.say(.event, [0x0F, 1, 2])
        try settle()
        try recorder.stop()
        let found = try packets("ring/2.btsnoop").filter { $0.opcode == .event }
        #expect(found.map(\.data) == [[0x0F, 1, 2]])
        #expect(recorder.statistics == .init(packets: 1, drops: 1, segments: 2))
    }
}
