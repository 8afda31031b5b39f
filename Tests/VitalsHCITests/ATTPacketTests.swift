import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsHCI

@Suite("ATT packets")
struct ATTPacketTests {
    /// Bytes of a real BlueZ, and of the specification's own tables.
    static let vectors: [(hex: String, packet: ATTPacket)] = [
        ("0205 02", .exchangeMTURequest(517)),
        ("0305 02", .exchangeMTUResponse(517)),
        ("0110 0100 0a", .errorResponse(request: 0x10, handle: 1, .attributeNotFound)),
        ("10 0100 ffff 0028", .readByGroupTypeRequest(1...0xFFFF, .primaryService)),
        (
            "11 06 0100 0500 0018 0e00 1300 0d18",
            .readByGroupTypeResponse([
                .init(first: 1, last: 5, value: [0x00, 0x18]), .init(first: 14, last: 19, value: [0x0D, 0x18]),
            ])
        ),
        ("08 0100 ffff 0328", .readByTypeRequest(1...0xFFFF, .characteristicDeclaration)),
        ("09 07 0f00 10 1000 372a", .readByTypeResponse([.init(handle: 15, value: [0x10, 0x10, 0, 0x37, 0x2A])])),
        ("04 1100 1300", .findInformationRequest(17...19)),
        (
            "05 01 1100 0229",
            .findInformationResponse([.init(handle: 17, type: .clientCharacteristicConfiguration)])
        ),
        ("0a 1900", .readRequest(25)),
        ("0b", .readResponse([])),
        ("0b 57", .readResponse([0x57])),
        ("0c 1900 1600", .readBlobRequest(25, offset: 22)),
        ("0d 01", .readBlobResponse([1])),
        ("12 1100 0100", .writeRequest(17, [1, 0])),
        ("13", .writeResponse),
        ("1b 1000 164a e803 de03", .notification(16, [0x16, 0x4A, 0xE8, 0x03, 0xDE, 0x03])),
        ("1d 1700 00", .indication(23, [0])),
        ("1e", .confirmation),
        (
            "23 1000 0200 0048 1900 0100 61",
            .multipleNotification([.init(handle: 16, value: [0, 0x48]), .init(handle: 25, value: [0x61])])
        ),
        ("52 1100 01", .other(0x52, [0x11, 0x00, 0x01])),
    ]

    @Test("bytes and packets are the same, both ways", arguments: vectors.indices)
    func bothWays(_ index: Int) throws {
        let (hex, packet) = Self.vectors[index]
        let bytes = try #require(Hex.bytes(hex.filter { $0 != " " }))
        #expect(try ATTPacket(bytes) == packet)
        #expect(packet.bytes == bytes)
    }

    @Test(
        "what breaks its format is malformed as a whole",
        arguments: [
            "", "02", "0205", "020502ff", "01100100", "100100ffff", "100500010000 28", "10 0000 ffff 0028",
            "11", "1106", "1103 010002", "1106 0100 0500 00", "1106 0500 0100 0018", "09", "0901 01",
            "0907 0f00 10 1000 37",
            "0907 0000 10 1000 372a", "05", "0501", "0503 1100 0229", "0501 1100 02", "0a", "0a19", "0a0000",
            "0a190000",
            "0c1900", "1300", "1b", "1b10", "1b000016", "1d00", "1e00", "23", "23 1000", "23 1000 0300 0048",
            "12 0000 01",
        ])
    func malformed(_ hex: String) throws {
        let bytes = try #require(Hex.bytes(hex.filter { $0 != " " }))
        #expect(throws: MalformedATTPacket.self) { try ATTPacket(bytes) }
    }

    @Test("a value of 512 bytes is read, a longer one is not")
    func longestValue() throws {
        let value = [UInt8](repeating: 7, count: 512)
        #expect(try ATTPacket([0x1B, 0x10, 0x00] + value) == .notification(16, value))
        #expect(throws: MalformedATTPacket.self) { try ATTPacket([0x1B, 0x10, 0x00] + value + [7]) }
        #expect(throws: MalformedATTPacket.self) { try ATTPacket([UInt8](repeating: 0x40, count: 518)) }
    }

    @Test("no bytes trap, and what can be read is written the same again")
    func randomBytes() {
        var random = SplitMix64(seed: 5)
        var readable = 0
        for _ in 0..<20_000 {
            let opcode = UInt8(random.int(0...0x24))
            let bytes = [opcode] + random.bytes(random.int(0...24))
            guard let packet = try? ATTPacket(bytes) else { continue }
            readable += 1
            #expect((try? ATTPacket(packet.bytes)) == packet)
            if case .findInformationResponse = packet { continue }  // A short type may be written in full.
            #expect(packet.bytes == bytes)
        }
        #expect(readable > 2_000)
    }

    @Test("an error text names the opcode and the fault, and no value")
    func errorText() {
        let error = MalformedATTPacket(opcode: 0x1B, fault: "it is too long")
        #expect("\(error)" == "malformed ATT packet 0x1b: it is too long")
        #expect(
            "\(MalformedATTPacket(opcode: nil, fault: "it is empty"))"
                == "malformed ATT packet without opcode: it is empty")
    }
}
