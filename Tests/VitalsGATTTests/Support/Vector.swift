import Testing
import VitalsGATT
import VitalsModel

/// Literal bytes of a characteristic and what they must come to.
struct Vector: CustomTestStringConvertible, Sendable {
    enum Outcome: Hashable, Sendable {
        case decoded(CharacteristicValue, DecodeWarnings)
        case malformed(ValueField, at: Int, MalformedValue.Problem)
    }

    let characteristic: BluetoothUUID
    let hex: String
    let bytes: [UInt8]
    let outcome: Outcome
    /// What encoding the value gives; nil where the value has no encoder.
    let encoded: [UInt8]?

    /// A vector that decodes. `encodes` names the bytes that encoding gives, where they are not the decoded ones.
    init(
        _ characteristic: BluetoothUUID, _ hex: String, _ value: CharacteristicValue,
        warnings: DecodeWarnings = [], encodes: String? = nil
    ) {
        self.characteristic = characteristic
        self.hex = hex
        bytes = Self.bytes(hex)
        outcome = .decoded(value, warnings)
        encoded = value.encodable == nil ? nil : Self.bytes(encodes ?? hex)
    }

    /// A vector that is too short for `field`.
    init(
        malformed characteristic: BluetoothUUID, _ hex: String, _ field: ValueField, at offset: Int, needs needed: Int
    ) {
        self.characteristic = characteristic
        self.hex = hex
        bytes = Self.bytes(hex)
        outcome = .malformed(field, at: offset, .truncated(needed: needed, available: bytes.count - offset))
        encoded = nil
    }

    var testDescription: String { "\(characteristic) \(hex.isEmpty ? "(empty)" : hex)" }

    /// The bytes of hexadecimal text with spaces between.
    static func bytes(_ hex: String) -> [UInt8] {
        guard let bytes = Hex.bytes(hex.filter { $0 != " " }) else {
            preconditionFailure("\(hex) is no hexadecimal text")
        }
        return bytes
    }

    /// What the decoder makes of bytes.
    static func decode(_ characteristic: BluetoothUUID, _ bytes: [UInt8]) -> Outcome {
        do {
            let decoded = try CharacteristicValue.decode(characteristic, bytes)
            return .decoded(decoded.value, decoded.warnings)
        } catch {
            return error.characteristic == characteristic
                ? .malformed(error.field, at: error.offset, error.problem)
                : .malformed(.value, at: -1, error.problem)
        }
    }

    static let all =
        heartRate + plxContinuous + plxSpotCheck + plxFeatures + recordAccess + deviceInformation + time
        + polarMeasurementData
}

extension CharacteristicValue {
    /// The value as one that can be encoded, if it can.
    var encodable: (any CharacteristicEncodable)? {
        switch self {
        case .heartRateMeasurement(let value): value
        case .heartRateControlPoint(let value): value
        case .plxSpotCheckMeasurement(let value): value
        case .plxContinuousMeasurement(let value): value
        case .recordAccessControlPoint(let value): value
        case .currentTime(let value): value
        case .polarMeasurementData(let value): value
        case .bodySensorLocation, .plxFeatures, .batteryLevel, .deviceInformation, .systemID, .pnpID, .unknown: nil
        }
    }
}
