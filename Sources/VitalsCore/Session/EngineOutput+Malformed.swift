import VitalsGATT
import VitalsJSON
import VitalsModel

extension EngineOutput {
    /// Keeps a packet that does not decode as it came; it never becomes a number.
    mutating func keep(
        malformed bytes: [UInt8], of characteristic: BluetoothUUID, from sensor: SensorAddress, _ error: MalformedValue,
        at stamp: Stamp
    ) {
        append(.malformed, sensor: sensor, stamp: stamp, subject: characteristic.description.lowercased()) { json in
            json.member("characteristic", characteristic.description)
            json.member("error", error.description)
            json.member("length", bytes.count)
            json.member("raw", Hex.string(bytes.prefix(CoreLimits.malformedBytesMax)))
        }
        log(.warning, "malformed packet kept raw", sensor: sensor, detail: characteristic.description)
    }
}
