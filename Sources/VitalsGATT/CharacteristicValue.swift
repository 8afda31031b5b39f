public import VitalsModel

/// A decoded value of any characteristic that the gateway reads.
///
/// A caller that knows the characteristic decodes its type directly; this is for captures and tools, which do not.
public enum CharacteristicValue: Hashable, Sendable {
    /// 2A37.
    case heartRateMeasurement(HeartRateMeasurement)
    /// 2A38.
    case bodySensorLocation(BodySensorLocation)
    /// 2A39.
    case heartRateControlPoint(HeartRateControlPoint)
    /// 2A5E.
    case plxSpotCheckMeasurement(PLXSpotCheckMeasurement)
    /// 2A5F.
    case plxContinuousMeasurement(PLXContinuousMeasurement)
    /// 2A60.
    case plxFeatures(PLXFeatures)
    /// 2A52.
    case recordAccessControlPoint(RecordAccessControlPoint)
    /// 2A19.
    case batteryLevel(BatteryLevel)
    /// 2A24 to 2A29.
    case deviceInformation(DeviceInformationString)
    /// 2A23.
    case systemID(SystemID)
    /// 2A50.
    case pnpID(PnPID)
    /// 2A2B.
    case currentTime(CurrentTime)
    /// FB005C82-02E7-F387-1CAD-8ACD2D8DF0C8.
    case polarMeasurementData(PolarMeasurementData)
    /// A characteristic that this module does not decode; its bytes mean nothing here.
    case unknown

    /// Reads a whole value of the characteristic.
    public static func decode(
        _ characteristic: BluetoothUUID, _ bytes: Span<UInt8>
    ) throws(MalformedValue) -> Decoded<CharacteristicValue> {
        switch characteristic {
        case .heartRateMeasurement: try HeartRateMeasurement.decode(bytes).map { .heartRateMeasurement($0) }
        case .plxContinuousMeasurement: try PLXContinuousMeasurement.decode(bytes).map { .plxContinuousMeasurement($0) }
        case .plxSpotCheckMeasurement: try PLXSpotCheckMeasurement.decode(bytes).map { .plxSpotCheckMeasurement($0) }
        case .polarMeasurementData: try PolarMeasurementData.decode(bytes).map { .polarMeasurementData($0) }
        case .bodySensorLocation: try BodySensorLocation.decode(bytes).map { .bodySensorLocation($0) }
        case .heartRateControlPoint: try HeartRateControlPoint.decode(bytes).map { .heartRateControlPoint($0) }
        case .plxFeatures: try PLXFeatures.decode(bytes).map { .plxFeatures($0) }
        case .recordAccessControlPoint: try RecordAccessControlPoint.decode(bytes).map { .recordAccessControlPoint($0) }
        case .batteryLevel: try BatteryLevel.decode(bytes).map { .batteryLevel($0) }
        case .systemID: try SystemID.decode(bytes).map { .systemID($0) }
        case .pnpID: try PnPID.decode(bytes).map { .pnpID($0) }
        case .currentTime: try CurrentTime.decode(bytes).map { .currentTime($0) }
        case .modelNumber, .serialNumber, .firmwareRevision, .hardwareRevision, .softwareRevision, .manufacturerName:
            try DeviceInformationString.decode(characteristic, bytes).map { .deviceInformation($0) }
        default: Decoded(.unknown)
        }
    }

    /// Reads a whole value of the characteristic from an array.
    public static func decode(
        _ characteristic: BluetoothUUID, _ bytes: [UInt8]
    ) throws(MalformedValue) -> Decoded<CharacteristicValue> {
        try decode(characteristic, bytes.span)
    }
}
