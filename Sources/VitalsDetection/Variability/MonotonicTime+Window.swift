import VitalsModel

extension MonotonicTime {
    /// The number of the window of this length that the time lies in: window k is [k · length, (k + 1) · length) of the
    /// clock, the same for every stream on it. The length must be above 0.
    func windowNumber(of length: Span) -> Int64 {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: length.microseconds)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The number of the window that a beat at this time belongs to, when the last one belonged to `current`: also a beat
    /// that seems a little earlier than that window does.
    func windowNumber(of length: Span, after current: Int64?) -> Int64 {
        let number = windowNumber(of: length)
        guard let current, number < current else { return number }
        let isOutOfOrder = Self.start(ofWindow: current, of: length) - self <= VitalsDetectionLimits.beatTimeDisorder
        return isOutOfOrder ? current : number
    }

    /// When the window of a number begins; saturates at the ends of the range.
    static func start(ofWindow number: Int64, of length: Span) -> MonotonicTime {
        let (start, overflow) = number.multipliedReportingOverflow(by: length.microseconds)
        return MonotonicTime(microseconds: overflow ? (number < 0 ? .min : .max) : start)
    }
}
