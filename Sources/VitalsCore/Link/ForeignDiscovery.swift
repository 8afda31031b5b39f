import VitalsModel

/// Discovery that goes on although the gateway does not listen (lesson 3): another client's, or one that got stuck.
///
/// While the gateway listens itself the two cannot be told apart: that time does not count, and does not begin the count anew.
struct ForeignDiscovery: Sendable {
    private var since: MonotonicTime?
    private var counted = MonotonicTime.Span(microseconds: 0)

    /// What the adapter says, and whether it is the gateway that discovers.
    mutating func note(isDiscovering: Bool, isOurs: Bool, at time: MonotonicTime) {
        guard isDiscovering else {
            since = nil
            counted = MonotonicTime.Span(microseconds: 0)
            return
        }
        if isOurs {
            if let since { counted = (time - since) + counted }
            since = nil
        } else {
            since = since ?? time
        }
    }

    /// When it is a trouble, if it goes on; nil while it does not go on, or cannot be told.
    var deadline: MonotonicTime? {
        guard let since else { return nil }
        let left = LinkLimits.discoveryGrace.microseconds.subtractingSaturating(counted.microseconds)
        return since + MonotonicTime.Span(microseconds: max(0, left))
    }
}

extension MonotonicTime.Span {
    fileprivate static func + (left: MonotonicTime.Span, right: MonotonicTime.Span) -> MonotonicTime.Span {
        MonotonicTime.Span(microseconds: left.microseconds.addingSaturating(right.microseconds))
    }
}
