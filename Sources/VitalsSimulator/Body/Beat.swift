/// One beat of the heart.
struct Beat: Hashable, Sendable {
    /// When it came, in 1/1024 s since the start: the unit of RR intervals on the wire.
    let tick: Int64
    /// The interval that it ends, in 1/1024 s; the difference of the two ticks exactly.
    let interval: Int64
    let kind: BeatKind
    let rhythm: Rhythm
    /// The pause that the interval is, by its place among the pauses of the plan.
    let pause: Int?

    /// When it came, in microseconds since the start, rounded down.
    var time: Int64 { Self.time(ofTick: tick) }

    /// Microseconds of a count of ticks: 1/1024 s is 15625/16 µs. A month is 2.7 · 10^9 ticks, far inside 64 bits.
    static func time(ofTick tick: Int64) -> Int64 { tick * 15_625 / 16 }
}

/// What made a beat.
public enum BeatKind: String, CaseIterable, Sendable {
    /// The rhythm in force.
    case normal
    /// A ventricle, early.
    case ventricular
    /// An atrium, early.
    case atrial
}

/// The rhythm in force at a beat.
public enum Rhythm: String, CaseIterable, Sendable {
    /// The sinus node.
    case sinus
    /// Atrial fibrillation.
    case atrialFibrillation = "atrial-fibrillation"
    /// Tachycardia.
    case tachycardia
    /// Bradycardia.
    case bradycardia
}
