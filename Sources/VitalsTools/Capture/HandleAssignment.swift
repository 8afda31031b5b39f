import VitalsCapture
import VitalsDaemon
import VitalsModel

/// What a handle of a sensor stands for, as `--handle` says it: `C0:00:00:00:00:01=0x0010:2A37`.
struct HandleAssignment: Hashable {
    let sensor: SensorAddress
    let handle: UInt16
    let characteristic: BluetoothUUID

    /// Reads the text; the handle may be decimal or hexadecimal after `0x`.
    init(_ text: String) throws(ToolError) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = sides.last?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) ?? []
        guard sides.count == 2, parts.count == 2, let sensor = SensorAddress(sides[0]),
            let handle = Self.handle(parts[0]), handle > 0, let characteristic = BluetoothUUID(parts[1])
        else {
            throw ToolError(
                "--handle", "'\(text)' does not say which handle is which characteristic",
                remedy: "write SENSOR=HANDLE:UUID, such as C0:00:00:00:00:01=0x0010:2A37", status: ExitStatus.usage)
        }
        self.sensor = sensor
        self.handle = handle
        self.characteristic = characteristic
    }

    private static func handle(_ text: Substring) -> UInt16? {
        text.lowercased().hasPrefix("0x") ? UInt16(text.dropFirst(2), radix: 16) : UInt16(text)
    }

    /// The options of a capture's reader that these make.
    static func options(_ texts: [String]) throws(ToolError) -> CaptureOptions {
        var options = CaptureOptions()
        for text in texts {
            let assignment = try HandleAssignment(text)
            options.handles[assignment.sensor, default: [:]][assignment.handle] = assignment.characteristic
        }
        return options
    }
}
