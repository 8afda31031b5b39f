import VitalsModel

/// What one event line of a JSON Lines capture says.
enum EventLine: Equatable {
    /// A characteristic's value.
    case value(microseconds: Int64, sensor: SensorAddress, characteristic: BluetoothUUID, bytes: [UInt8])
    /// A link came up, or went down for a reason.
    case link(microseconds: Int64, sensor: SensorAddress, isUp: Bool, reason: String?)
    /// The wall clock stepped, or its synchronisation changed.
    case clock(microseconds: Int64, step: Int64, isSynchronised: Bool)
}

/// What is wrong with a line, before its number is known.
struct LineFault: Error {
    let fault: String
    let remedy: String

    init(_ fault: String, remedy: String) {
        self.fault = fault
        self.remedy = remedy
    }

    /// The error, once the line is known.
    func error(line: Int) -> CaptureError { CaptureError(at: .line(line), fault, remedy: remedy) }
}
