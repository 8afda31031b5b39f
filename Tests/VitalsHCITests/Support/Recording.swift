import Foundation
import VitalsCapture
import VitalsModel
import VitalsTestKit

/// A recorded btsnoop file, taken apart by the tests' own reading of the format.
struct Recording {
    let bytes: [UInt8]
    let records: [(packet: MonitorPacket, drops: UInt32)]

    /// Nil where the recordings are absent.
    init?(_ name: String) throws {
        guard let folder = TestData.captures else { return nil }
        bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name + ".btsnoop")))
        records = Self.records(bytes)
    }

    /// The whole records of a file.
    static func records(_ bytes: [UInt8]) -> [(packet: MonitorPacket, drops: UInt32)] {
        let number = { (place: Int, count: Int) in
            bytes[place..<(place + count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        var records: [(packet: MonitorPacket, drops: UInt32)] = []
        var place = 16
        while place + 24 <= bytes.count {
            let length = Int(number(place + 4, 4))
            guard place + 24 + length <= bytes.count else { break }
            let time = WallTime(microseconds: Int64(bitPattern: number(place + 16, 8)) - 0x00DC_DDB3_0F2F_8000)
            let packet = MonitorPacket(
                .init(rawValue: UInt16(number(place + 10, 2))), adapter: UInt16(number(place + 8, 2)),
                data: Array(bytes[(place + 24)..<(place + 24 + length)]), time: time)
            records.append((packet, UInt32(number(place + 12, 4))))
            place += 24 + length
        }
        return records
    }
}
