import VitalsDetection
import VitalsModel

/// What the sensors on one subject say of each other.
///
/// The first sensor that brings a heart rate and the first that brings a pulse rate are compared; further ones are not.
struct SubjectWatch {
    /// Whom sensors are on: a subject of the configuration, or one sensor of which nothing is known.
    enum Subject: Hashable {
        case configured(Int)
        case wearer(ofSensor: Int)
    }

    /// The sensors that are compared, by the numbers of their sessions.
    private(set) var strap: Int?
    private(set) var oximeter: Int?
    private var detector: CrossSensor

    init(_ configuration: CrossSensor.Configuration) { detector = CrossSensor(configuration: configuration) }

    /// Judges a rate; nil when it is not compared.
    mutating func judge(_ rate: SourcedRate, ofSensor number: Int, at time: MonotonicTime) -> CrossSensor.Output? {
        switch rate.source {
        case .strap:
            strap = strap ?? number
            guard strap == number else { return nil }
        case .oximeter:
            oximeter = oximeter ?? number
            guard oximeter == number else { return nil }
        }
        // One sensor alone has nothing to be compared with.
        guard strap != nil, oximeter != nil else { return nil }
        return detector.judge(rate.source, rate.reading, at: time)
    }
}

/// A heart or pulse rate and the kind of sensor that it comes from.
struct SourcedRate {
    let source: CrossSensor.Source
    let reading: Reading
}
