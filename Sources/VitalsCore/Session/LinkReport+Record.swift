import VitalsJSON
import VitalsModel

extension LinkReport {
    /// Appends the report, and raises or clears the alarm of a condition.
    func write(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        let sequence = output.append(.link, sensor: desk.sensor, stamp: stamp, subject: subject) { json in
            write(into: &json)
        }
        guard case .condition(let condition, let isPresent, _) = self else { return }
        let alarm = AlarmCondition(condition)
        if isPresent {
            desk.raise(alarm, for: .heartRate, since: stamp.monotonic, cause: sequence, at: stamp, &output)
        } else {
            desk.clear(alarm, for: .heartRate, at: stamp, &output)
        }
    }

    private var subject: String {
        switch self {
        case .condition: "condition"
        case .recovery: "recovery"
        case .quality: "quality"
        }
    }

    private func write(into json: inout JSONWriter) {
        switch self {
        case .condition(let condition, let isPresent, let detail):
            json.member("condition", condition.rawValue)
            if let detail { json.member("detail", detail.prefix(utf8Bytes: CoreLimits.textBytesMax)) }
            json.member("present", isPresent)
        case .recovery(let step, let count, let detail):
            json.member("count", count)
            if let detail { json.member("detail", detail.prefix(utf8Bytes: CoreLimits.textBytesMax)) }
            json.member("step", step.rawValue)
        case .quality(let quality):
            json.member("adapter", quality.adapter)
            json.member("connections", quality.connections)
            json.member("failures", quality.failures)
            if let rssi = quality.rssi { json.member("rssi", Int(rssi)) }
            if let setup = quality.setup { json.member("setup", setup.microseconds) }
            json.member("values", quality.values)
        }
    }
}

extension AlarmCondition {
    /// The alarm of a link's trouble: they have the same names.
    init(_ condition: LinkCondition) {
        self =
            switch condition {
            case .serviceDown: .bluetoothServiceDown
            case .adapterMissing: .adapterMissing
            case .adapterSilent: .adapterSilent
            case .discoveryStuck: .discoveryStuck
            case .noSlot: .noConnectionSlot
            case .pairingNeeded: .pairingNeeded
            case .tableIncomplete: .gattTableIncomplete
            case .silent: .connectedWithoutData
            case .subscriptionRefused: .subscriptionRefused
            case .crashesService: .crashesBluetoothService
            }
    }
}
