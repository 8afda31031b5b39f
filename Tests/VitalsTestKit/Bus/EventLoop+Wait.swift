public import VitalsModel
public import VitalsSystemd

extension EventLoop {
    /// Turns the loop until `condition` holds. The limit is there to end a test that would hang, not to measure time.
    public func run(
        limit: MonotonicTime.Span = .seconds(20), until condition: () -> Bool
    ) throws {
        // Nothing happened for as long as the limit: nothing will.
        while !condition() {
            guard try turn(waiting: limit) else { throw Stalled() }
        }
    }

    /// Turns the loop as long as there is something to do at once.
    public func drain() throws {
        while try turn(waiting: MonotonicTime.Span(microseconds: 0)) {}
    }

    /// The loop had nothing to do for so long that what the test waits for will not come.
    public struct Stalled: Error {}
}
