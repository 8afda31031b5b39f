import Testing
import VitalsGATT
import VitalsModel
import VitalsTestKit

/// Random bytes: nothing may trap, and what is accepted must be what the layouts allow.
@Suite("Random bytes")
struct FuzzTests {
    private static let characteristics = Array(Set(Vector.all.map(\.characteristic))).sorted { $0.high < $1.high }

    @Test("200 000 random and mutated values decode or are refused as their layout demands, and survive re-encoding")
    func randomBytes() {
        var random = SplitMix64(seed: 0x2A37)
        var accepted = 0
        var refused = 0
        for round in 0..<200_000 {
            let (characteristic, bytes) = round % 2 == 0 ? Self.noise(&random) : Self.mutation(&random)
            let trouble = LengthModel.trouble(characteristic, bytes)
            let outcome = Vector.decode(characteristic, bytes)
            switch outcome {
            case .decoded(let value, let warnings):
                accepted += 1
                let isExpected =
                    trouble == nil
                    && warnings.intersection(LengthModel.lengthWarnings)
                        == LengthModel.warnings(characteristic, bytes)
                if !isExpected { Issue.record("round \(round): \(characteristic) \(Hex.string(bytes)) is \(outcome)") }
                if let encodable = value.encodable {
                    let again = Vector.decode(characteristic, encodable.encoded)
                    guard case .decoded(value, _) = again else {
                        Issue.record("round \(round): \(characteristic) \(Hex.string(bytes)) becomes \(again)")
                        continue
                    }
                }
            case .malformed(.text, let offset, .notUTF8):
                refused += 1
                let isText = Array(String(decoding: bytes, as: UTF8.self).utf8) == bytes
                if isText || !bytes.indices.contains(offset) {
                    Issue.record("round \(round): \(Hex.string(bytes)) is refused at \(offset)")
                }
            case .malformed:
                refused += 1
                if outcome != trouble {
                    let expected = trouble.map { "\($0)" } ?? "a value"
                    Issue.record("round \(round): \(Hex.string(bytes)) is \(outcome), not \(expected)")
                }
            }
        }
        // A generator that only ever met one of the two would prove nothing.
        #expect(accepted > 50_000)
        #expect(refused > 20_000)
    }

    /// Random bytes, now and then around the longest attribute.
    private static func noise(_ random: inout SplitMix64) -> (BluetoothUUID, [UInt8]) {
        let characteristic = characteristics[random.int(0...characteristics.count - 1)]
        let length = random.int(0...999) == 0 ? random.int(508...516) : random.int(0...24)
        return (characteristic, random.bytes(length))
    }

    /// A vector with one bit turned, one byte more or less.
    private static func mutation(_ random: inout SplitMix64) -> (BluetoothUUID, [UInt8]) {
        let vector = Vector.all[random.int(0...Vector.all.count - 1)]
        var bytes = vector.bytes
        let place = random.int(0...bytes.count)
        switch random.int(0...2) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.int(0...7))
        case 1 where place < bytes.count: bytes.remove(at: place)
        default: bytes.insert(UInt8(random.int(0...255)), at: place)
        }
        return (vector.characteristic, bytes)
    }
}
