import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("ATT bearer")
struct ATTBearerTests {
    /// Runs packets through a bearer: `>` from the host, `<` from the peer.
    private func facts(_ packets: [String], mtu: Int = 23) throws -> [ATTFact] {
        var bearer = ATTBearer(mtu: mtu)
        var facts: [ATTFact] = []
        for packet in packets {
            let bytes = try #require(Hex.bytes(packet.dropFirst().filter { $0 != " " }))
            if packet.first == ">" {
                bearer.sent(bytes[...], into: &facts)
            } else {
                bearer.received(bytes[...], into: &facts)
            }
        }
        return facts
    }

    private func value(_ handle: UInt16, _ bytes: [UInt8], _ arrival: ATTFact.Arrival) -> ATTFact {
        .value(handle: handle, bytes: bytes, arrival: arrival)
    }

    private let twentyTwo = [UInt8](repeating: 0x55, count: 22)
    private var twentyTwoHex: String { Hex.string(twentyTwo) }

    @Test("notification, indication and multiple notification give their values (1B, 1D, 23)")
    func notifications() throws {
        #expect(try facts(["< 1b 1000 0048"]) == [value(0x10, [0x00, 0x48], .notification)])
        #expect(try facts(["< 1d 1800 60"]) == [value(0x18, [0x60], .indication)])
        #expect(try facts(["< 1b 1000"]) == [value(0x10, [], .notification)])
        #expect(
            try facts(["< 23 1000 0200 0048 1900 0100 64 1a00 0000"])
                == [
                    value(0x10, [0x00, 0x48], .notification), value(0x19, [0x64], .notification),
                    value(0x1A, [], .notification),
                ])
    }

    @Test(
        "values whose packet breaks its format are not made up",
        arguments: ["<", "< 1b", "< 1b10", "< 1b0000 48", "< 23", "< 23 1000 0300 0048", "< 23 1000 0200 0048 19"])
    func malformed(packet: String) throws {
        #expect(try facts([packet]) == [.malformed])
    }

    @Test("a read gives the value of the handle that was asked for (0A, 0B)")
    func read() throws {
        #expect(try facts(["> 0a 1500", "< 0b 64"]) == [value(0x15, [0x64], .read)])
        #expect(try facts(["> 0a 1500", "< 0b"]) == [value(0x15, [], .read)])
    }

    @Test("a notification between request and response disturbs neither")
    func interleaved() throws {
        #expect(
            try facts(["> 0a 1500", "< 1b 1000 0048", "< 0b 64"])
                == [value(0x10, [0x00, 0x48], .notification), value(0x15, [0x64], .read)])
    }

    @Test("a long value is handed out once, whole (0C, 0D)")
    func longRead() throws {
        let whole = [value(0x15, twentyTwo + [1, 2, 3], .read)]
        #expect(try facts(["> 0a 1500", "< 0b \(twentyTwoHex)", "> 0c 1500 1600", "< 0d 010203"]) == whole)
        // The next part is empty, or the server says that there is none: the value ends with the packet.
        let exact = [value(0x15, twentyTwo, .read)]
        #expect(try facts(["> 0a 1500", "< 0b \(twentyTwoHex)", "> 0c 1500 1600", "< 0d"]) == exact)
        #expect(try facts(["> 0a 1500", "< 0b \(twentyTwoHex)", "> 0c 1500 1600", "< 01 0c 1500 07"]) == exact)
        #expect(try facts(["> 0a 1500", "< 0b \(twentyTwoHex)", "> 0c 1500 1600", "< 01 0c 1500 0b"]) == exact)
        // From the start by parts.
        #expect(try facts(["> 0c 1500 0000", "< 0d 0102"]) == [value(0x15, [1, 2], .read)])
    }

    @Test("a value that may be cut is not handed out")
    func incompleteRead() throws {
        let first = ["> 0a 1500", "< 0b \(twentyTwoHex)"]
        #expect(try facts(first) == [])
        #expect(try facts(first + ["> 0a 1600", "< 0b 01"]) == [.incompleteRead, value(0x16, [1], .read)])
        #expect(try facts(first + ["> 0c 1500 1400", "< 0d 01"]) == [.incompleteRead, .incompleteRead])
        #expect(try facts(first + ["> 0c 1500 1600", "< 01 0c 1500 0e"]) == [.incompleteRead])
        #expect(try facts(["> 0c 1500 1600", "< 0d 01"]) == [.incompleteRead])
        #expect(try facts(["> 20 1500 1600", "< 21 0100 64"]) == [.incompleteRead])
    }

    @Test("the agreed MTU decides what fills a packet (02, 03)")
    func mtu() throws {
        let exchange = ["> 02 0502", "< 03 4000"]
        #expect(
            try facts(exchange + ["> 0a 1500", "< 0b \(twentyTwoHex)"]) == [value(0x15, twentyTwo, .read)])
        let full = Hex.string([UInt8](repeating: 1, count: 63))
        #expect(try facts(exchange + ["> 0a 1500", "< 0b \(full)"]) == [])
        // Less than 23 is not allowed, and means 23.
        #expect(try facts(["> 02 0502", "< 03 0500", "> 0a 1500", "< 0b 0102030405"]).count == 1)
    }

    @Test("a value longer than any attribute may be is malformed")
    func endless() throws {
        var packets = ["> 0a 1500", "< 0b \(twentyTwoHex)"]
        for part in 1..<24 {
            let offset = Hex.string(SnoopBuilder.littleEndian(UInt16(part * 22)))
            packets += ["> 0c 1500 \(offset)", "< 0d \(twentyTwoHex)"]
        }
        #expect(try facts(packets) == [.malformed])
    }

    @Test("characteristics by short and long UUID (08, 09)")
    func characteristics() throws {
        #expect(
            try facts(["> 08 0100 ffff 0328", "< 09 07 0f00 10 1000 372a 1200 02 1300 382a"])
                == [
                    .characteristics(
                        [
                            .init(handle: 0x0F, value: 0x10, characteristic: .heartRateMeasurement),
                            .init(handle: 0x12, value: 0x13, characteristic: .bodySensorLocation),
                        ], in: 1...0xFFFF)
                ])
        #expect(
            try facts(["> 08 1000 2000 0328", "< 09 15 1100 10 1200 0f0e0d0c0b0a09080706050403020100"])
                == [
                    .characteristics(
                        [
                            .init(
                                handle: 0x11, value: 0x12,
                                characteristic: BluetoothUUID(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F))
                        ], in: 0x10...0x20)
                ])
        #expect(try facts(["> 08 1000 2000 0328", "< 01 08 1000 0a"]) == [.characteristics([], in: 0x10...0x20)])
    }

    @Test("a read by characteristic UUID names the handle and gives the value, unless it may be cut")
    func readByType() throws {
        #expect(
            try facts(["> 08 0100 ffff 192a", "< 09 03 1500 64 2500 32"])
                == [
                    .attributeType(handle: 0x15, type: .batteryLevel), value(0x15, [0x64], .read),
                    .attributeType(handle: 0x25, type: .batteryLevel), value(0x25, [0x32], .read),
                ])
        let nineteen = String(repeating: "41", count: 19)
        #expect(
            try facts(["> 08 0100 ffff 002a", "< 09 15 0300 \(nineteen)"])
                == [.attributeType(handle: 3, type: BluetoothUUID(0x2A00)), .incompleteRead])
        #expect(try facts(["> 08 0100 ffff 2a2b", "< 01 08 0100 0a"]) == [.absent(BluetoothUUID(0x2B2A))])
        #expect(try facts(["> 08 0e00 ffff 2a2b", "< 01 08 0e00 0a"]) == [])
    }

    @Test("services, includes and secondary services are structure, not values")
    func structure() throws {
        #expect(try facts(["> 08 0100 ffff 0228", "< 09 08 0200 0300 0400 0d18"]) == [])
        #expect(try facts(["> 10 0100 ffff 0128", "< 11 06 0100 0500 0018"]) == [])
        #expect(
            try facts(["> 10 1a00 ffff 0028", "< 11 06 1a00 2000 0018"]) == [.serviceDiscovery(0x1A...0xFFFF)])
    }

    @Test("attribute types in both formats (04, 05)")
    func information() throws {
        #expect(
            try facts(["> 04 1100 1200", "< 05 01 1100 0229 1200 0129"])
                == [
                    .attributeType(handle: 0x11, type: BluetoothUUID(0x2902)),
                    .attributeType(handle: 0x12, type: BluetoothUUID(0x2901)),
                ])
        #expect(
            try facts(["> 04 1100 1200", "< 05 02 1100 fb349b5f80000080001000005f2a0000"])
                == [.attributeType(handle: 0x11, type: .plxContinuousMeasurement)])
    }

    @Test(
        "lists that break their format teach nothing",
        arguments: [
            ["> 08 0100 ffff 0328", "< 09 07 0f00 10 1000 37"], ["> 08 0100 ffff 0328", "< 09 06 0f00 10 1000 37"],
            ["> 08 0100 ffff 0328", "< 09 00"], ["> 08 0100 ffff 0328", "< 09"], ["> 08 0100 ffff 0328", "< 09 07"],
            ["> 04 1100 1200", "< 05 03 1100 0229"], ["> 04 1100 1200", "< 05 01 1100 02"], ["> 04 1100 1200", "< 05"],
            ["> 02 0502", "< 03 05"], ["< 01 08 00"], ["> 0a 15"], ["> 08 0200 0100 0328"], ["> 08 0100 ffff 03"],
        ])
    func malformedLists(packets: [String]) throws {
        #expect(try facts(packets) == [.malformed])
    }

    @Test("a response that answers no recorded request teaches nothing, and clears what was pending")
    func unmatched() throws {
        #expect(try facts(["< 0b 64"]) == [.unmatchedResponse])
        #expect(try facts(["> 0a 1500", "< 09 03 1500 64", "< 0b 64"]) == [.unmatchedResponse, .unmatchedResponse])
        #expect(try facts(["> 0a 1500", "< 01 0c 1500 0a"]) == [.unmatchedResponse])
    }

    @Test("the host's own server and the peer's own client are passed over")
    func otherRoles() throws {
        #expect(try facts(["< 0a 0300", "> 0b 41", "< 02 0502", "> 03 0502", "> 1b 1000 0048", "< 52 0300 01"]) == [])
        #expect(try facts(["> 0a 1500", "< 0a 0300", "> 0b 41", "< 0b 64"]) == [value(0x15, [0x64], .read)])
    }
}
