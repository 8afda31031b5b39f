import VitalsDaemon
import VitalsModel

/// What imported data do not say of themselves: whose they are, and when they begin.
public struct ImportOrigin: Sendable {
    /// The address that stands for the sensor unless another is given.
    public static let standardSensor = "C0:00:00:00:00:01"
    /// The start unless another is given: so early that nobody takes it for the real one.
    public static let standardStart = "1970-01-01T00:00:00Z"

    let sensor: SensorAddress
    let start: WallTime

    /// An origin as it is written on a command line: a Bluetooth address, and a time in RFC 3339.
    public init(sensor: String = standardSensor, start: String = standardStart) throws(ToolError) {
        guard let address = SensorAddress(sensor) else {
            throw ToolError(
                "--sensor", "'\(sensor)' is no Bluetooth address", remedy: "write it as C0:00:00:00:00:01",
                status: ExitStatus.usage)
        }
        guard let time = WallTime(rfc3339: start) else {
            throw ToolError(
                "--start", "'\(start)' is no time with its zone", remedy: "write it as 2026-11-21T07:30:00Z",
                status: ExitStatus.usage)
        }
        self.sensor = address
        self.start = time
    }
}
