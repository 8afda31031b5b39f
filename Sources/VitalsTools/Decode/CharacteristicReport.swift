import VitalsDaemon
import VitalsGATT
import VitalsJSON
public import VitalsModel

/// A characteristic's value as one JSON object with sorted members: every field of it, what it means, and its unit.
///
/// Numbers have the digits that were sent; one that is none is the standard's name for it, such as `"NaN"`. Unknown
/// parts of a date are zeros, as they are on the air.
public enum CharacteristicReport {
    /// The line of JSON for a value in hexadecimal digits, which may be grouped with spaces, colons or hyphens.
    public static func line(characteristic: String, hex: String) throws(ToolError) -> String {
        let uuid = try CharacteristicName.find(characteristic)
        let digits = hex.hasPrefix("0x") || hex.hasPrefix("0X") ? String(hex.dropFirst(2)) : hex
        guard let bytes = Hex.bytes(digits.filter { !" :-".contains($0) }) else {
            throw ToolError(
                "HEX", "this is not pairs of hexadecimal digits", remedy: "write each byte with two, as in 06:48",
                status: ExitStatus.badInput)
        }
        return try line(uuid, bytes)
    }

    /// The line of JSON for a value.
    public static func line(_ characteristic: BluetoothUUID, _ bytes: [UInt8]) throws(ToolError) -> String {
        let decoded: Decoded<CharacteristicValue>
        do {
            decoded = try CharacteristicValue.decode(characteristic, bytes)
        } catch {
            throw ToolError(error.description, status: ExitStatus.badInput)
        }
        var members = self.members(of: decoded.value)
        members["characteristic"] = .text(characteristic.description)
        members["name"] = characteristic.characteristicName.map { .text($0) }
        members["raw"] = .text(Hex.string(bytes))
        members["warnings"] = .list(decoded.warnings.names.map { .text($0) })
        var json = JSONWriter()
        json.write(.object(members))
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func members(of value: CharacteristicValue) -> [String: ReportValue] {
        switch value {
        case .heartRateMeasurement(let value): members(of: value)
        case .plxContinuousMeasurement(let value): members(of: value)
        case .plxSpotCheckMeasurement(let value): members(of: value)
        case .plxFeatures(let value): members(of: value)
        case .recordAccessControlPoint(let value): members(of: value)
        case .currentTime(let value): members(of: value)
        case .pnpID(let value): members(of: value)
        case .systemID(let value): members(of: value)
        case .bodySensorLocation(let value):
            ["location": .text(value.name ?? "reserved"), "number": .number("\(value.rawValue)")]
        case .heartRateControlPoint(let value):
            [
                "command": .text(value == .resetEnergyExpended ? "reset-energy-expended" : "reserved"),
                "number": .number("\(value.rawValue)"),
            ]
        case .batteryLevel(let value):
            [
                "batteryLevel": value.percent.map { .number("\($0)") } ?? .text("reserved"),
                "units": .units(["batteryLevel": "%"]),
            ]
        case .deviceInformation(let value): ["text": .text(value.text)]
        case .polarMeasurementData(let value): members(of: value)
        case .unknown: [:]
        }
    }
}
