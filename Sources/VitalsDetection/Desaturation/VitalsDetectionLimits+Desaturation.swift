import VitalsModel

extension VitalsDetectionLimits {
    /// The longest baseline window in seconds of clean signal: it is also the number of entries that the window may
    /// hold, one a second. Five minutes; beyond that a maximum says nothing of the level before a fall.
    static let baselineSeconds: Int64 = 300

    /// How old a baseline value may be, by the clock: after five minutes without clean signal the body may have another
    /// level, and none is assumed.
    static let baselineAge = MonotonicTime.Span.seconds(300)

    /// Clean signal that a first baseline needs: the averaging of common oximeters (8 s) has passed.
    static let baselineWarmUp = MonotonicTime.Span.seconds(10)

    /// Valid signal before an index per hour is given: less would be an extrapolation.
    static let indexAfter = MonotonicTime.Span.seconds(3_600)

    /// The longest compatible desaturation that may be configured, in seconds: it bounds the events held open at a time
    /// (one in ten seconds).
    static let compatibleSeconds: Int64 = 3_600
}
