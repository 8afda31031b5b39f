extension VitalsDetectionLimits {
    /// Intervals on either side of the one whose quartile deviation is taken: 91 in all (Lipponen and Tarvainen 2019).
    public static let quartileReach = 45

    /// Intervals on either side of the one whose median is taken: 11 in all (Lipponen and Tarvainen 2019).
    public static let medianReach = 5

    /// Intervals that have to come after one before it is classified: it and the next are compared with a deviation
    /// whose own quartiles reach 45 further, and each of those with a median that reaches 5 further.
    public static let cleaningDelay = quartileReach + medianReach + 1

    /// Places for the intervals that are on their way, a power of two above twice the delay, so that none is
    /// overwritten before it is classified.
    static let cleaningPlaces = 128
}
