extension VitalsToolsLimits {
    /// The longest row of a series, bytes: a time stamp and a number need a hundred, and a file that is no text at all
    /// must not be gathered whole.
    static let seriesRowBytes = 4_096
}
