import VitalsGATT
import VitalsModel

/// What must become of bytes by their length alone: a second, independent reading of the layout tables.
///
/// It lists the fields that the first byte or two declare, with their sizes, and adds up. It shares no code with the
/// decoders and knows nothing of values.
struct LengthModel {
    typealias Field = (name: ValueField, size: Int)

    /// The first field that is not wholly there; nil when the bytes must be accepted.
    static func trouble(_ characteristic: BluetoothUUID, _ bytes: [UInt8]) -> Vector.Outcome? {
        if characteristic.characteristicName == nil { return nil }
        if bytes.count > 512 {
            return .malformed(.value, at: 0, .tooLong(most: 512, available: bytes.count))
        }
        if characteristic == .recordAccessControlPoint, bytes.count > 6, bytes[0] == 5 {
            return .malformed(.numberOfRecords, at: 2, .tooLong(most: 4, available: bytes.count - 2))
        }
        if characteristic == .polarMeasurementData, let trouble = deltaTrouble(bytes) { return trouble }
        var end = 0
        for field in fields(characteristic, bytes) {
            if end + field.size > bytes.count {
                let available = bytes.count - end
                return .malformed(field.name, at: end, .truncated(needed: field.size, available: available))
            }
            end += field.size
        }
        return nil
    }

    /// The warnings that the length alone brings, for bytes that must be accepted.
    static func warnings(_ characteristic: BluetoothUUID, _ bytes: [UInt8]) -> DecodeWarnings {
        let rest = bytes.count - fields(characteristic, bytes).map(\.size).reduce(0, +)
        switch characteristic {
        case .heartRateMeasurement where bytes[0] / 16 % 2 == 1:
            return rest == 0 ? .rrIntervalsMissing : rest % 2 == 1 ? .rrIntervalCutShort : []
        case .plxFeatures:
            let declared = (bytes[0] % 2 == 1 ? 2 : 0) + (bytes[0] / 2 % 2 == 1 ? 3 : 0)
            return rest < declared ? .supportFieldMissing : rest > declared ? .trailingBytes : []
        case .recordAccessControlPoint where bytes[0] != 6:
            return []
        case .polarMeasurementData:
            return []
        default:
            if DeviceInformationString.characteristics.contains(characteristic) { return [] }
            return rest > 0 && characteristic.characteristicName != nil ? .trailingBytes : []
        }
    }

    /// The warnings that a length can bring; the others come from values.
    static let lengthWarnings: DecodeWarnings = [
        .trailingBytes, .rrIntervalsMissing, .rrIntervalCutShort, .supportFieldMissing,
    ]

    /// The fields that must be there.
    static func fields(_ characteristic: BluetoothUUID, _ bytes: [UInt8]) -> [Field] {
        let first = bytes.first ?? 0
        let isSet = { (bit: UInt8) in first >> bit % 2 == 1 }
        switch characteristic {
        case .heartRateMeasurement:
            return [(.flags, 1), (.heartRate, isSet(0) ? 2 : 1)] + (isSet(3) ? [(.energyExpended, 2)] : [])
        case .plxContinuousMeasurement:
            return [(.flags, 1), (.spO2, 2), (.pulseRate, 2)]
                + (isSet(0) ? [(.fastSpO2, 2), (.fastPulseRate, 2)] : [])
                + (isSet(1) ? [(.slowSpO2, 2), (.slowPulseRate, 2)] : [])
                + (isSet(2) ? [(.measurementStatus, 2)] : [])
                + (isSet(3) ? [(.deviceAndSensorStatus, 3)] : [])
                + (isSet(4) ? [(.pulseAmplitudeIndex, 2)] : [])
        case .plxSpotCheckMeasurement:
            return [(.flags, 1), (.spO2, 2), (.pulseRate, 2)]
                + (isSet(0) ? [(.timestamp, 7)] : [])
                + (isSet(1) ? [(.measurementStatus, 2)] : [])
                + (isSet(2) ? [(.deviceAndSensorStatus, 3)] : [])
                + (isSet(3) ? [(.pulseAmplitudeIndex, 2)] : [])
        case .plxFeatures: return [(.supportedFeatures, 2)]
        case .recordAccessControlPoint: return [(.opCode, 1), (.filterOperator, 1)] + operands(first, bytes.count - 2)
        case .bodySensorLocation: return [(.bodySensorLocation, 1)]
        case .heartRateControlPoint: return [(.heartRateControlPoint, 1)]
        case .batteryLevel: return [(.batteryLevel, 1)]
        case .systemID: return [(.systemID, 8)]
        case .pnpID: return [(.vendorIDSource, 1), (.vendorID, 2), (.productID, 2), (.productVersion, 2)]
        case .currentTime: return [(.dateTime, 7), (.dayOfWeek, 1), (.fractions256, 1), (.adjustReason, 1)]
        case .polarMeasurementData:
            return [(.measurementType, 1), (.frameTimestamp, 8), (.frameType, 1)] + samples(bytes)
        default: return []
        }
    }

    /// Of an uncompressed photoplethysmogram 12 bytes each; of a compressed one the first sample and blocks of differences.
    private static func samples(_ bytes: [UInt8]) -> [Field] {
        guard bytes.count > 10, bytes[0] % 64 == 1, bytes[9] == 0 || bytes[9] == 128 else {
            return bytes.count == 10 && bytes[0] % 64 == 1 && bytes[9] == 128 ? [(.ppgSample, 12)] : []
        }
        if bytes[9] == 0 { return Array(repeating: (.ppgSample, 12), count: (bytes.count - 10 + 11) / 12) }
        var fields: [Field] = [(.ppgSample, 12)]
        var place = 22
        while place < bytes.count {
            fields += [(.deltaWidth, 1), (.deltaCount, 1)]
            guard place + 1 < bytes.count else { break }
            let size = (Int(bytes[place]) * 4 * Int(bytes[place + 1]) + 7) / 8
            fields.append((.deltas, size))
            place += 2 + size
        }
        return fields
    }

    /// The first block of differences that says more than it can: wider than 32 bits, or beyond 512 samples in all.
    private static func deltaTrouble(_ bytes: [UInt8]) -> Vector.Outcome? {
        guard bytes.count >= 23, bytes[0] % 64 == 1, bytes[9] == 128 else { return nil }
        var (place, count) = (22, 1)
        while place < bytes.count {
            let width = Int(bytes[place])
            if width > 32 { return .malformed(.deltaWidth, at: place, .outOfRange(most: 32)) }
            if place + 1 == bytes.count { return nil }
            let more = Int(bytes[place + 1])
            if count + more > 512 { return .malformed(.deltaCount, at: place + 1, .outOfRange(most: 512)) }
            let size = (width * 4 * more + 7) / 8
            if place + 2 + size > bytes.count { return nil }
            count += more
            place += 2 + size
        }
        return nil
    }

    private static func operands(_ opCode: UInt8, _ rest: Int) -> [Field] {
        switch opCode {
        case 5: [(.numberOfRecords, rest == 1 ? 1 : rest <= 2 ? 2 : 4)]
        case 6: [(.requestOpCode, 1), (.responseCode, 1)]
        default: []
        }
    }
}
