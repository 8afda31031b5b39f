/// When an event was received, on the gateway's two clocks. The third clock, the sensor's own, travels with the value
/// where the sensor has one.
public struct Stamp: Hashable, Sendable {
    /// The clock that never steps.
    public var monotonic: MonotonicTime
    /// What the wall clock said.
    public var wall: WallTime
    /// Whether the wall clock was synchronised to a reference at that moment.
    public var isSynchronised: Bool

    /// A stamp from both clocks.
    public init(monotonic: MonotonicTime, wall: WallTime, isSynchronised: Bool) {
        self.monotonic = monotonic
        self.wall = wall
        self.isSynchronised = isSynchronised
    }
}
