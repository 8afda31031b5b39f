import Testing
import VitalsGATT
import VitalsModel

/// Every written vector, and everything that can be made of it by cutting it short.
@Suite("Vectors")
struct VectorTests {
    @Test("every vector comes to what is written beside it (lessons 22, 23, 25)", arguments: Vector.all)
    func decodes(_ vector: Vector) {
        #expect(Vector.decode(vector.characteristic, vector.bytes) == vector.outcome)
    }

    @Test("every value with an encoder gives the bytes that are written beside it", arguments: Vector.all)
    func encodes(_ vector: Vector) throws {
        guard case .decoded(let value, _) = vector.outcome, let expected = vector.encoded else { return }
        #expect(value.encodable?.encoded == expected)
        #expect(Vector.decode(vector.characteristic, expected) == .decoded(value, warnings(reencoding: value)))
    }

    /// Only a reserved number outlives the round trip; whatever else was odd has been left out.
    private func warnings(reencoding value: CharacteristicValue) -> DecodeWarnings {
        switch value {
        case .heartRateControlPoint(let command): command == .resetEnergyExpended ? [] : .reservedValue
        case .recordAccessControlPoint(.request(let opCode, let filter, _)):
            opCode.name == nil || filter.name == nil ? .reservedValue : []
        case .recordAccessControlPoint(.response(_, let code)): code.name == nil ? .reservedValue : []
        default: []
        }
    }

    @Test("every vector, cut short anywhere, decodes or is refused as its layout demands", arguments: Vector.all)
    func truncations(_ vector: Vector) {
        for length in 0..<vector.bytes.count {
            let bytes = Array(vector.bytes[..<length])
            let outcome = Vector.decode(vector.characteristic, bytes)
            switch outcome {
            case .malformed(.text, _, .notUTF8):
                // The one vector that is not ASCII is cut within its last character.
                #expect(bytes.last == 0xC2)
            case .malformed:
                #expect(outcome == LengthModel.trouble(vector.characteristic, bytes), "at \(length)")
            case .decoded(_, let warnings):
                #expect(LengthModel.trouble(vector.characteristic, bytes) == nil, "at \(length)")
                let expected = LengthModel.warnings(vector.characteristic, bytes)
                #expect(warnings.intersection(LengthModel.lengthWarnings) == expected, "at \(length)")
            }
        }
    }

    @Test("the length model itself tells the written malformed vectors from the others", arguments: Vector.all)
    func lengthModelAgrees(_ vector: Vector) {
        let trouble = LengthModel.trouble(vector.characteristic, vector.bytes)
        switch vector.outcome {
        case .malformed: #expect(trouble == vector.outcome)
        case .decoded(_, let warnings):
            #expect(trouble == nil)
            let expected = LengthModel.warnings(vector.characteristic, vector.bytes)
            #expect(warnings.intersection(LengthModel.lengthWarnings) == expected)
        }
    }

    @Test("a type decodes as the entry for all characteristics does, and leaves the unknown alone")
    func entries() throws {
        let bytes = Vector.bytes("16 48 e8")
        let value = try CharacteristicValue.decode(.heartRateMeasurement, bytes)
        #expect(try HeartRateMeasurement.decode(bytes).map { .heartRateMeasurement($0) } == value)
        #expect(HeartRateMeasurement.characteristic == .heartRateMeasurement)
        #expect(try CharacteristicValue.decode(BluetoothUUID(0x2A1C), [1, 2, 3]) == Decoded(.unknown))
        #expect(try CharacteristicValue.decode(BluetoothUUID(high: 1, low: 2), []) == Decoded(.unknown))
        let features = CharacteristicValue.plxFeatures(PLXFeatures(supported: []))
        #expect(try CharacteristicValue.decode(.plxFeatures, [0, 0].span) == Decoded(features))
    }
}
