import VitalsDaemon
import VitalsGATT
public import VitalsModel

/// Characteristics by what people call them: `2A37`, a full UUID, or the SIG's name in any case, with or without spaces
/// and hyphens.
public enum CharacteristicName {
    /// All that can be decoded, by number.
    public static let known: [BluetoothUUID] = [
        .batteryLevel, .systemID, .modelNumber, .serialNumber, .firmwareRevision, .hardwareRevision,
        .softwareRevision, .manufacturerName, .currentTime, .heartRateMeasurement, .bodySensorLocation,
        .heartRateControlPoint, .pnpID, .recordAccessControlPoint, .plxSpotCheckMeasurement,
        .plxContinuousMeasurement, .plxFeatures,
    ]

    /// The characteristic that is meant; an error with all that are known when there is none.
    public static func find(_ text: String) throws(ToolError) -> BluetoothUUID {
        if let uuid = BluetoothUUID(text), known.contains(uuid) { return uuid }
        let wanted = letters(of: text)
        if let uuid = known.first(where: { $0.characteristicName.map(letters) == wanted }) { return uuid }
        let list = known.map { "  \($0)  \($0.characteristicName ?? "")" }.joined(separator: "\n")
        throw ToolError(
            text, "this characteristic is not known", remedy: "choose one of\n\(list)", status: ExitStatus.usage)
    }

    /// Letters and digits alone, in lower case.
    private static func letters(of name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}
