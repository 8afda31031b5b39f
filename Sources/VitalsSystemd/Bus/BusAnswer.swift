/// What a server says to a call.
public enum BusAnswer: Hashable, Sendable {
    /// The method's results; empty for a method that has none.
    case values([BusValue])
    /// It failed.
    case error(BusError)
    /// The request is kept, and is answered later with `BusRequest.answer`.
    case later
}
