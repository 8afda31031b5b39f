import VitalsDetection
import VitalsJSON
import VitalsModel

/// "Connected, and no data": a sensor whose link has been seen and that has not brought a single measurement (lesson 19).
///
/// A link that goes and comes back without one begins nothing anew, so that a link that flaps is an alarm too. Once a
/// sensor has shown a stream, that stream's own signal watch takes over.
struct SilenceWatch {
    /// When to call `expire`.
    private(set) var deadline: MonotonicTime?
    private var since: MonotonicTime?
    private var isRaised = false

    /// The link came up or went down; a measurement has to come within `span` from the first time on.
    mutating func begin(at time: MonotonicTime, within span: MonotonicTime.Span) {
        guard since == nil else { return }
        since = time
        deadline = time + span
    }

    /// Raises the alarm when its time has come.
    mutating func expire(at stamp: Stamp, isConnected: Bool, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        guard let due = deadline, due <= stamp.monotonic else { return }
        deadline = nil
        isRaised = true
        let since = since ?? due
        let cause = output.append(.absence, sensor: desk.sensor, stamp: stamp) { json in
            json.member("since", since.microseconds)
            json.member("state", isConnected ? "connected-without-data" : SignalState.State.linkDown.name)
        }
        desk.raise(.signalLost, for: .spotCheck, since: since, cause: cause, at: stamp, &output)
    }

    /// A measurement came.
    mutating func end(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        deadline = nil
        guard isRaised else { return }
        isRaised = false
        desk.clear(.signalLost, for: .spotCheck, at: stamp, &output)
    }
}
