import VitalsDetection
import VitalsGATT
import VitalsJSON
import VitalsModel

/// What a sensor says of itself: battery, device information, features, clock. A value that is the same as at the last
/// connection is not written again.
struct DeviceNotes {
    private var last: [BluetoothUUID: [UInt8]] = [:]

    mutating func receive(
        _ characteristic: BluetoothUUID, _ bytes: [UInt8], _ value: CharacteristicValue, at stamp: Stamp,
        batteryLowPercent: UInt8, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        // A clock is read to be compared with ours, so that each reading counts; answers of a control point are events.
        let isEvent = characteristic == .currentTime || characteristic == .recordAccessControlPoint
        guard isEvent || last[characteristic] != bytes else { return }
        last[characteristic] = bytes
        let sequence = output.append(
            .device, sensor: desk.sensor, stamp: stamp, subject: characteristic.description.lowercased()
        ) { json in
            json.member("characteristic", characteristic.description)
            json.member("raw", Hex.string(bytes))
            Self.write(value, at: stamp, &json)
        }
        guard case .batteryLevel(let level) = value, let percent = level.percent else { return }
        if percent <= batteryLowPercent {
            desk.raise(
                .batteryLow, for: .heartRate, since: stamp.monotonic, cause: sequence, at: stamp, &output)
        } else if percent >= min(100, Int(batteryLowPercent) + CoreLimits.batteryHysteresisPercent) {
            desk.clear(.batteryLow, for: .heartRate, at: stamp, &output)
        }
    }

    /// One member named `value` where the characteristic says something that stands for itself.
    private static func write(_ value: CharacteristicValue, at stamp: Stamp, _ json: inout JSONWriter) {
        switch value {
        case .batteryLevel(let level): if let percent = level.percent { json.member("value", percent) }
        case .deviceInformation(let text): json.member("value", text.text)
        case .currentTime(let time):
            // The sensor's clock has no zone, so that the offset holds the zone too.
            if let device = time.microsecondsSinceEpoch {
                json.member("value", device.subtractingSaturating(stamp.wall.microseconds))
            }
        default: break
        }
    }
}
