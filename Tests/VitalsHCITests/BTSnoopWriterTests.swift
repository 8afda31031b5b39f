import Foundation
import Testing
import VitalsCapture
import VitalsModel
import VitalsTestKit

@Suite("Writing btsnoop files")
struct BTSnoopWriterTests {
    @Test("a file begins as btmon's does, and a record holds what the format says")
    func bytes() {
        #expect(Hex.string(BTSnoopWriter.fileHeader) == "6274736e6f6f700000000001000007d1")
        let time = WallTime(microseconds: 1)
        let packet = MonitorPacket(.aclReceived, adapter: 1, data: [0xAB, 0xCD], time: time)
        #expect(
            Hex.string(BTSnoopWriter.record(packet, drops: 3))
                == "00000002" + "00000002" + "00010005" + "00000003" + "00dcddb30f2f8001" + "abcd")
    }

    @Test("a packet of the monitor channel is read; one whose length does not fit is none")
    func monitorPacket() {
        let time = WallTime(microseconds: 5)
        #expect(
            MonitorPacket([3, 0, 1, 0, 2, 0, 0xAA, 0xBB], time: time)
                == MonitorPacket(.event, adapter: 1, data: [0xAA, 0xBB], time: time))
        #expect(MonitorPacket([3, 0, 1, 0, 2, 0, 0xAA], time: time) == nil)
        #expect(MonitorPacket([3, 0, 1, 0], time: time) == nil)
        #expect(MonitorPacket.note("a", time: time).data == [0x61, 0])
    }

    @Test("times at the ends of what can be said do not trap", arguments: [Int64.min, -1, Int64.max])
    func extremeTimes(_ microseconds: Int64) {
        let packet = MonitorPacket(.event, adapter: 0, data: [], time: WallTime(microseconds: microseconds))
        #expect(BTSnoopWriter.record(packet, drops: 0).count == 24)
    }

    static let captures = ["two-sensors", "af-and-desaturation", "faults", "stored-spot-checks"]

    @Test("a recorded file is written again byte for byte", arguments: captures)
    func recordings(_ name: String) throws {
        guard let capture = try Recording(name) else { return }
        var written = BTSnoopWriter.fileHeader
        for record in capture.records { written += BTSnoopWriter.record(record.packet, drops: record.drops) }
        #expect(written == capture.bytes)
    }
}
