public import VitalsModel

extension BluetoothUUID {
    /// Heart Rate Control Point.
    public static let heartRateControlPoint = BluetoothUUID(0x2A39)

    /// The SIG's name of a characteristic that this module decodes (Assigned Numbers, 3.8), else nil.
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
        default: nil
        }
    }
}
