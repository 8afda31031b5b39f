import VitalsCore
import VitalsDetection
import VitalsGATT
import VitalsModel

/// What is drawn of a sensor's samples: one quantity over time, with nothing filled in.
struct PlotSeries {
    /// What a plot can show.
    enum Quantity: Hashable {
        /// The sensor's own heart rate.
        case heartRate
        /// The intervals between beats, each at its own time.
        case interval
        /// The SpO2 of an oximeter.
        case spO2
        /// The pulse rate of an oximeter.
        case pulseRate
        /// The first channel of a photoplethysmogram.
        case wave

        /// The name above the plot.
        var name: String {
            switch self {
            case .heartRate: "heart rate"
            case .interval: "RR interval"
            case .spO2: "SpO2"
            case .pulseRate: "pulse rate"
            case .wave: "light, first channel"
            }
        }

        /// The unit of the axis.
        var unit: String {
            switch self {
            case .heartRate, .pulseRate: "beats/min"
            case .interval: "ms"
            case .spO2: "%"
            case .wave: "counts"
            }
        }
    }

    /// The detectors that judge intervals between beats.
    private static let intervalDetectors: Set<String> = [
        AtrialFibrillation.identity.name, Ectopy.identity.name, HeartRateVariability.identity.name,
        RRCleaning.identity.name, RateRules.identity.name,
    ]

    /// How far a sample is to be trusted.
    enum Trust: Hashable {
        /// Usable.
        case good
        /// The sensor doubts it.
        case doubtful
        /// It is no measurement: no contact, no number, out of range.
        case none
    }

    /// One sample.
    struct Point: Hashable {
        /// When.
        let time: MonotonicTime
        /// The value in the quantity's unit; nil where the sensor says that it has none.
        let value: Double?
        /// How far to trust it.
        let trust: Trust
    }

    /// What is shown.
    let quantity: Quantity
    /// The samples, oldest first.
    let points: [Point]

    /// The points of a quantity in the packets of one sensor.
    init(_ quantity: Quantity, _ events: [SensorEvent]) {
        self.quantity = quantity
        var points: [Point] = []
        var frames = FrameTimes()
        for event in events {
            guard case .value(_, let characteristic, let bytes) = event.kind,
                let decoded = try? CharacteristicValue.decode(characteristic, bytes).value
            else { continue }
            if case .polarMeasurementData(let frame) = decoded {
                if quantity == .wave { points += frames.points(frame, at: event.stamp.monotonic) }
            } else {
                points += Self.points(quantity, decoded, at: event.stamp)
            }
        }
        self.points = points
    }

    /// What a condition of a stream is shown by.
    static func quantity(of stream: String, condition: String, detector: String?) -> Quantity? {
        switch stream {
        case "heart-rate":
            return detector.map { intervalDetectors.contains($0) } == true ? .interval : .heartRate
        case "oximetry": return condition.hasPrefix("pulse-rate") ? .pulseRate : .spO2
        case "ppg": return .wave
        default: return nil
        }
    }

    private static func points(_ quantity: Quantity, _ value: CharacteristicValue, at stamp: Stamp) -> [Point] {
        switch (value, quantity) {
        case (.heartRateMeasurement(let measurement), .heartRate): return [rate(measurement, at: stamp.monotonic)]
        case (.heartRateMeasurement(let measurement), .interval): return intervals(measurement, at: stamp.monotonic)
        case (.plxContinuousMeasurement(let measurement), .spO2):
            return [point(measurement.normal.spO2, measurement, at: stamp.monotonic)]
        case (.plxContinuousMeasurement(let measurement), .pulseRate):
            return [point(measurement.normal.pulseRate, measurement, at: stamp.monotonic)]
        default: return []
        }
    }

    private static func rate(_ measurement: HeartRateMeasurement, at time: MonotonicTime) -> Point {
        let isRate = (1...CoreLimits.heartRateMax).contains(measurement.heartRate)
        return Point(
            time: time, value: isRate ? Double(measurement.heartRate) : nil,
            trust: isRate && measurement.contact != .notDetected ? .good : .none)
    }

    /// The last interval ended with the beat before the packet; each one before it ended that much earlier.
    private static func intervals(_ measurement: HeartRateMeasurement, at time: MonotonicTime) -> [Point] {
        var ahead = measurement.rrIntervals.reduce(Int64(0)) { $0 + Int64($1) }
        return measurement.rrIntervals.map { ticks in
            ahead -= Int64(ticks)
            return Point(
                time: MonotonicTime(
                    microseconds: time.microseconds.subtractingSaturating(ahead * 1_000_000 / 1_024)),
                value: Double(ticks) * 1_000 / 1_024, trust: measurement.contact == .notDetected ? .none : .good)
        }
    }

    private static func point(
        _ number: SFLOAT, _ measurement: PLXContinuousMeasurement, at time: MonotonicTime
    ) -> Point {
        let status = measurement.deviceAndSensorStatus ?? []
        let isOff = !status.isDisjoint(with: [.sensorUnconnectedToUser, .sensorDisconnected])
        let trust: Trust =
            switch measurement.validity {
            case .valid, .provisional: isOff ? .none : .good
            case .questionable: isOff ? .none : .doubtful
            case .invalid: .none
            }
        return Point(time: time, value: number.value.number?.scaled(to: -2).map { Double($0) / 100 }, trust: trust)
    }
}
