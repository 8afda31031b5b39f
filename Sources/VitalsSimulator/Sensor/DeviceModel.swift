import VitalsGATT
import VitalsModel

/// What a sensor answers when it is read: who it is, how full its battery is, what its clock shows.
struct DeviceModel: Sendable {
    private let parameters: DeviceParameters
    private let identity: [(BluetoothUUID, [UInt8])]
    private let clock: SensorClock
    private var nextBatteryRead: Int64
    private var nextClockRead: Int64

    init(_ plan: SensorPlan, features: [UInt8]?, trueStart: Int64) {
        let specification = plan.specification
        parameters = specification.device
        clock = SensorClock(parameters, trueStart: trueStart)
        nextBatteryRead = parameters.batteryReadEvery.microseconds
        nextClockRead = parameters.clockReadEvery.microseconds
        let usual: BodyPlacement = specification.kind == .strap ? .chest : .finger
        var identity: [(BluetoothUUID, [UInt8])] = []
        if specification.kind.hasHeartRate {
            identity.append((.bodySensorLocation, [(specification.placement ?? usual).octet]))
        }
        if let features { identity.append((.plxFeatures, features)) }
        identity.append((.manufacturerName, Array(parameters.manufacturer.utf8)))
        identity.append((.modelNumber, Array((parameters.model ?? "Simulated \(specification.kind.rawValue)").utf8)))
        identity.append((.serialNumber, Array((parameters.serial ?? plan.address.compact).utf8)))
        identity.append((.firmwareRevision, Array(parameters.firmware.utf8)))
        self.identity = identity
    }

    /// The answers to the reads that follow a connection, in order, each at its time.
    func connectionReads(
        at time: Int64, clockOffset: Int64
    ) -> [(characteristic: BluetoothUUID, bytes: [UInt8], time: Int64)] {
        let spacing = VitalsSimulatorLimits.readSpacingMilliseconds * 1_000
        var reads = identity
        reads.append((.batteryLevel, [batteryLevel(at: time)]))
        if parameters.clock {
            let time = time + Int64(reads.count + 1) * spacing
            reads.append((.currentTime, currentTime(at: time, clockOffset: clockOffset)))
        }
        return reads.enumerated().map { ($1.0, $1.1, time + Int64($0 + 1) * spacing) }
    }

    /// The answers to the regular reads that have become due by a time.
    mutating func dueReads(at time: Int64, clockOffset: Int64) -> [(BluetoothUUID, [UInt8])] {
        var reads: [(BluetoothUUID, [UInt8])] = []
        if Self.isDue(&nextBatteryRead, parameters.batteryReadEvery, at: time) {
            reads.append((.batteryLevel, [batteryLevel(at: time)]))
        }
        if Self.isDue(&nextClockRead, parameters.clockReadEvery, at: time), parameters.clock {
            reads.append((.currentTime, currentTime(at: time, clockOffset: clockOffset)))
        }
        return reads
    }

    /// The sensor's own time stamp, for a spot check.
    func reading(at time: Int64, clockOffset: Int64) -> (clock: SensorClock, reading: Int64) {
        (clock, clock.reading(at: time, extra: clockOffset))
    }

    /// The battery level in %, rounded up: a battery that still works is not at 0.
    private func batteryLevel(at time: Int64) -> UInt8 {
        let drained = time / 1_000 * parameters.batteryDrain.thousandths / 3_600_000
        return UInt8(clamping: max(0, parameters.battery.thousandths - drained + 999) / 1_000)
    }

    private func currentTime(at time: Int64, clockOffset: Int64) -> [UInt8] {
        clock.currentTime(clock.reading(at: time, extra: clockOffset)).encoded
    }

    /// Whether a regular read is due; a read missed while the link was down is not made up for.
    private static func isDue(_ next: inout Int64, _ every: ScenarioSpan, at time: Int64) -> Bool {
        guard time >= next else { return false }
        next += ((time - next) / every.microseconds + 1) * every.microseconds
        return true
    }
}
