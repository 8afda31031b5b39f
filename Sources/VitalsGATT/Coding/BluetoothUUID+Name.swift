public import VitalsModel

extension BluetoothUUID {
    /// Heart Rate Control Point.
    public static let heartRateControlPoint = BluetoothUUID(0x2A39)

    /// Polar Measurement Data, FB005C82-02E7-F387-1CAD-8ACD2D8DF0C8.
    public static let polarMeasurementData = BluetoothUUID(high: 0xFB00_5C82_02E7_F387, low: 0x1CAD_8ACD_2D8D_F0C8)

    /// The name that the SIG (Assigned Numbers, 3.8) or its maker gives a characteristic that this module decodes, else nil.
    public var characteristicName: String? {
        switch self {
        case .heartRateMeasurement: "Heart Rate Measurement"
        case .heartRateControlPoint: "Heart Rate Control Point"
        case .bodySensorLocation: "Body Sensor Location"
        case .plxSpotCheckMeasurement: "PLX Spot-Check Measurement"
        case .plxContinuousMeasurement: "PLX Continuous Measurement"
        case .plxFeatures: "PLX Features"
        case .recordAccessControlPoint: "Record Access Control Point"
        case .batteryLevel: "Battery Level"
        case .systemID: "System ID"
        case .modelNumber: "Model Number String"
        case .serialNumber: "Serial Number String"
        case .firmwareRevision: "Firmware Revision String"
        case .hardwareRevision: "Hardware Revision String"
        case .softwareRevision: "Software Revision String"
        case .manufacturerName: "Manufacturer Name String"
        case .pnpID: "PnP ID"
        case .currentTime: "Current Time"
        case .polarMeasurementData: "Polar Measurement Data"
        default: nil
        }
    }
}
