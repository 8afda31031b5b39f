import VitalsKernels
public import VitalsModel

/// Sees when a quantity leaves the level that it had a minute ago, in either direction.
///
/// **Window.** The last 96 whole seconds before a multiple of 8 s of the stream's own data time, one sample a second:
/// the last valid reading whose stamp falls in it, and none where there is none. The first 64 seconds are the
/// reference, the last 32 the test part, of which 27 are charted and 5 only look ahead for the filter. A window is
/// judged at the first reading at or after its end; windows before whose end nothing new was read are left out, since
/// they have nothing new to say.
///
/// **Formula.** In integers, as `WindowFigures` names them:
/// - location: median m of the reference; scale: sigma = max(floor, 1.4824 · MAD);
/// - charted samples farther than 3 · max(floor, 1.4824 · MAD) from the median of the eleven seconds around them are
///   outliers and left out (Hampel filter);
/// - of the others, with d = x - m: EWMA z = z + (d - z)/4 and two-sided CUSUM S = max(0, S ± d - k · sigma) (Page
///   1954), k = 0.5, h = 5.
///
/// A window *shows a change* upwards when the upper CUSUM has exceeded h · sigma and z still stands at or above
/// 3 · sigma after the last charted second; downwards likewise. The CUSUM says that the deviation lasted, the EWMA that
/// it is still there.
///
/// **Reporting.** A change is reported once:
/// - `steady`: a window that shows a change is decided `changed`, and the detector is then unsettled in its direction;
/// - unsettled: a window that shows a change in the other direction is decided `changed` again; every other one is
///   `settling`, until `quietWindows` assessed windows in a row showed no change: the last of these is decided
///   `steady`;
/// - a window refused for its reference ends the unsettled state: what was departed from is gone;
/// - a window refused for its test part changes nothing.
///
/// - Unit and range: hundredths of the quantity's unit; values beyond ±2^20 count as ±2^20.
/// - Cost: a reading stores one slot; a window is one lane of a kernel call, about 0.1 µs with AVX-512, 0.8 µs with
///   SSE2, 9 µs scalar on a Zen 5 server.
/// - First judgement: once 32 reference and 16 test samples are there: 64 s after the first reading at the earliest, 96
///   s for a full window. A step of 5 sigma is reported 9 to 17 s after it, one of 3.2 sigma 15 to 23 s.
/// - Cannot see: steps below 3 sigma (6 bpm or 3 % with the default floors), drifts that the reference follows within
///   its 64 s, spikes of up to 5 s (outliers to the filter), and anything within a beat.
public struct ChangeDetector: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "change", version: 1)

    /// How the windows are judged.
    public let configuration: Configuration
    /// Whether a change was reported that has not settled yet.
    public private(set) var state = State.steady

    /// One slot per second, the slot of second s at s mod 96.
    private var ring = [Int32?](repeating: nil, count: WindowBlock.slots)
    /// The newest second that the ring covers; nil before the first reading.
    private var newest: Int64?
    /// The second at which the next window ends, always after the newest; nil before the first reading.
    private var windowEnd: Int64?

    /// Where the reporting stands.
    public enum State: Hashable, Sendable {
        /// No change is on.
        case steady
        /// A change was reported, and since then so many windows in a row were quiet.
        case unsettled(Direction, quietWindows: Int)
    }

    /// A detector without history.
    public init(configuration: Configuration) { self.configuration = configuration }

    /// Takes a reading, and puts the window that it completes, if any, into a batch.
    ///
    /// A reading without a value moves time on and leaves its second as it is. One that is older than the newest still
    /// finds its second, up to 96 s back; farther back the clock is another one, and the detector starts anew.
    ///
    /// - Parameters:
    ///   - reading: the value, or why there is none.
    ///   - time: when it was received.
    ///   - stream: the caller's number of this stream, which the judged window will carry.
    ///   - batch: where the window goes. It must not be full.
    public mutating func observe(
        _ reading: Reading, at time: MonotonicTime, stream: Int, into batch: inout WindowBatch
    ) {
        let second = time.microseconds.flooredQuotient(by: 1_000_000)
        if let newest, second <= newest - Int64(WindowBlock.slots) {
            self = ChangeDetector(configuration: configuration)
        }
        if let end = windowEnd, second >= end {
            advance(to: end - 1)
            batch.enqueue(ring, oldest: place(of: end), scale: configuration.scale, stream: stream, end: end)
            windowEnd = nil
        }
        advance(to: second)
        if case .value(let value) = reading { ring[place(of: second)] = value }
        let step = VitalsDetectionLimits.changeStepSeconds
        windowEnd = windowEnd ?? (second.flooredQuotient(by: step) + 1) * step
    }

    /// Decides on a judged window of this stream. Windows are concluded in the order in which they were enqueued.
    public mutating func conclude(_ window: JudgedWindow) -> Output {
        let decision = decide(on: window)
        return Output(window: window, configuration: configuration, decision: decision, state: state)
    }

    private mutating func decide(on window: JudgedWindow) -> Decision {
        if window.figures.referenceCount < configuration.minimumReference {
            state = .steady
            return .notAssessed(.warmingUp)
        }
        if window.figures.testCount < configuration.minimumTest { return .notAssessed(.gap) }
        let change = configuration.change(shownBy: window)
        switch (state, change) {
        case (.steady, nil):
            return .steady
        case (.steady, let change?):
            state = .unsettled(change.direction, quietWindows: 0)
            return .changed(change)
        case (.unsettled(let direction, _), let change?):
            state = .unsettled(change.direction, quietWindows: 0)
            return change.direction == direction ? .settling(direction) : .changed(change)
        case (.unsettled(let direction, let quietWindows), nil):
            let isQuietEnough = quietWindows + 1 >= configuration.quietWindows
            state = isQuietEnough ? .steady : .unsettled(direction, quietWindows: quietWindows + 1)
            return isQuietEnough ? .steady : .settling(direction)
        }
    }

    /// Moves the ring on to a second, emptying the slots that are passed over.
    private mutating func advance(to second: Int64) {
        guard let newest, second > newest else {
            newest = newest ?? second
            return
        }
        for passed in max(newest + 1, second - Int64(WindowBlock.slots) + 1)...second { ring[place(of: passed)] = nil }
        self.newest = second
    }

    private func place(of second: Int64) -> Int {
        let slots = Int64(WindowBlock.slots)
        return Int(second - second.flooredQuotient(by: slots) * slots)
    }
}
