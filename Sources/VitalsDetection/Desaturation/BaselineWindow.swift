import VitalsModel

/// The maximum of the last so many seconds of clean signal, at O(1) amortised a reading.
///
/// Clean time is what passes between clean readings; a gap does not age the window by it, only by the clock. The
/// entries fall from front to back: a value that is followed by a greater or equal one can never be the maximum again.
/// There is at most one entry a second of clean time.
struct BaselineWindow: Hashable, Sendable {
    /// The window's length in clean time.
    let length: MonotonicTime.Span

    private struct Entry: Hashable {
        var value: Int32
        /// Clean time at the reading.
        var clean: MonotonicTime
        var time: MonotonicTime
    }

    private var entries: [Entry] = []
    /// The place of the front; what lies before it has left the window.
    private var front = 0

    init(length: MonotonicTime.Span) {
        let longest = MonotonicTime.Span.seconds(VitalsDetectionLimits.baselineSeconds)
        self.length = min(max(length, .seconds(1)), longest)
    }

    /// The maximum; nil when the window is empty.
    var maximum: Int32? { front < entries.count ? entries[front].value : nil }

    /// Takes a reading at its clean time.
    mutating func push(_ value: Int32, clean: MonotonicTime, at time: MonotonicTime) {
        while entries.count > front, let last = entries.last, last.value <= value { entries.removeLast() }
        // Of one second the greatest value is kept, which is the one that is there.
        if entries.count > front, let last = entries.last, clean - last.clean < .seconds(1) { return }
        if front > 0, front == entries.count || front > Int(VitalsDetectionLimits.baselineSeconds) { compact() }
        entries.append(Entry(value: value, clean: clean, time: time))
    }

    /// Lets go what is too old at a clean time and a time.
    mutating func expire(clean: MonotonicTime, at time: MonotonicTime) {
        while front < entries.count {
            let entry = entries[front]
            guard clean - entry.clean >= length || time - entry.time > VitalsDetectionLimits.baselineAge else { return }
            front += 1
        }
    }

    mutating func reset() {
        entries.removeAll(keepingCapacity: true)
        front = 0
    }

    private mutating func compact() {
        entries.removeFirst(front)
        front = 0
    }
}
