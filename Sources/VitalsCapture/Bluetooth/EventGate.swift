import VitalsModel

/// Hands events on in order, and holds them back while a value waits for the check of a cached GATT table.
///
/// A client that connects again first uses the table that it knows, then asks for the database hash. What it reads in
/// between may stand on an outdated table: in one recording, five bytes of a declaration came as a battery level.
struct EventGate {
    /// A link: the adapter, and the connection handle on it.
    struct Link: Hashable {
        let adapter: UInt16
        let handle: UInt16
    }

    /// What became of a cached table.
    enum Verdict {
        /// It is still the peer's table.
        case confirmed
        /// Nobody asked.
        case unchecked
        /// The peer has another one.
        case outdated
    }

    private struct Held {
        let event: SensorEvent
        /// The link whose table the event waits for, and how long.
        var waiting: (link: Link, until: MonotonicTime)?
    }

    private var held: [Held] = []

    /// Hands an event on, now or after those that wait.
    mutating func pass(_ event: SensorEvent, into events: inout [SensorEvent], _ statistics: inout CaptureStatistics) {
        if held.isEmpty {
            events.append(event)
            statistics.events += 1
        } else {
            held.append(Held(event: event, waiting: nil))
            release(into: &events, &statistics)
        }
    }

    /// Holds an event until the table of `link` is settled, at most until `deadline`.
    mutating func hold(
        _ event: SensorEvent, of link: Link, until deadline: MonotonicTime, into events: inout [SensorEvent],
        _ statistics: inout CaptureStatistics
    ) {
        held.append(Held(event: event, waiting: (link, deadline)))
        release(into: &events, &statistics)
    }

    /// The table of a link is settled: its events go on, or are dropped.
    mutating func settle(
        _ link: Link, _ verdict: Verdict, into events: inout [SensorEvent], _ statistics: inout CaptureStatistics
    ) {
        guard !held.isEmpty else { return }
        let count = held.count
        if verdict == .outdated { held.removeAll { $0.waiting?.link == link } }
        statistics.valuesOnOutdatedHandles += count - held.count
        for index in held.indices where held[index].waiting?.link == link {
            held[index].waiting = nil
            if verdict == .unchecked { statistics.valuesOnUncheckedHandles += 1 }
        }
        release(into: &events, &statistics)
    }

    /// Lets go what has waited long enough.
    mutating func expire(
        at now: MonotonicTime, into events: inout [SensorEvent], _ statistics: inout CaptureStatistics
    ) {
        guard !held.isEmpty else { return }
        for index in held.indices {
            guard let deadline = held[index].waiting?.until, deadline <= now else { continue }
            held[index].waiting = nil
            statistics.valuesOnUncheckedHandles += 1
        }
        release(into: &events, &statistics)
    }

    /// The capture ends: what still waits cannot be checked any more and is left out.
    mutating func finish(into events: inout [SensorEvent], _ statistics: inout CaptureStatistics) {
        let count = held.count
        held.removeAll { $0.waiting != nil }
        statistics.valuesOnOutdatedHandles += count - held.count
        release(into: &events, &statistics)
    }

    private mutating func release(into events: inout [SensorEvent], _ statistics: inout CaptureStatistics) {
        if held.count > VitalsCaptureLimits.heldEventsMax, held.first?.waiting != nil {
            held[0].waiting = nil
            statistics.valuesOnUncheckedHandles += 1
        }
        let ready = held.prefix { $0.waiting == nil }
        guard !ready.isEmpty else { return }
        events.append(contentsOf: ready.map(\.event))
        statistics.events += ready.count
        held.removeFirst(ready.count)
    }
}
