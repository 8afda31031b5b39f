import VitalsGATT
import VitalsModel

/// When the samples of a photoplethysmogram's frames were taken: a frame says when its last one was, so that two frames
/// say how far apart samples are.
struct FrameTimes {
    private var last: UInt64?

    /// The samples of the first channel, each at its time; those of the first frame are not placed.
    mutating func points(_ frame: PolarMeasurementData, at time: MonotonicTime) -> [PlotSeries.Point] {
        guard case .ppg(let counts) = frame.content, !counts.isEmpty else { return [] }
        defer { last = frame.timestamp }
        guard let last, frame.timestamp > last, frame.timestamp - last < Self.frameMax else { return [] }
        let step = Int64((frame.timestamp - last) / 1_000) / Int64(counts.count)
        return counts.enumerated().map { place, count in
            let before = Int64(counts.count - 1 - place) * step
            return PlotSeries.Point(
                time: MonotonicTime(microseconds: time.microseconds.subtractingSaturating(before)),
                value: Double(count.first), trust: .good)
        }
    }

    /// Nanoseconds between frames beyond which one is missing: sensors send several a second.
    private static let frameMax: UInt64 = 10_000_000_000
}
