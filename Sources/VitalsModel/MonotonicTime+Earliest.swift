extension MonotonicTime {
    /// The earliest of the times that there are; nil when there are none.
    public static func earliest(_ first: MonotonicTime?, _ second: MonotonicTime?) -> MonotonicTime? {
        guard let first else { return second }
        return second.map { min(first, $0) } ?? first
    }

    /// The earliest of the times that there are; nil when there are none.
    public static func earliest(
        _ first: MonotonicTime?, _ second: MonotonicTime?, _ third: MonotonicTime?
    ) -> MonotonicTime? { earliest(earliest(first, second), third) }
}
