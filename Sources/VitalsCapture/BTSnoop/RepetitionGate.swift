import VitalsModel

/// Holds the packets of a recording back while it is open whether the table that a host remembers of a peer is still the
/// peer's: only then it may be repeated behind the event that the link came up with.
struct RepetitionGate: Sendable {
    private enum Entry {
        case packet(MonitorPacket)
        /// The place for a repeated table.
        case table(LinkID, until: WallTime)
    }

    private var held: [Entry] = []

    /// Whether nothing waits.
    var isEmpty: Bool { held.isEmpty }

    /// Takes a packet.
    mutating func pass(_ packet: MonitorPacket) { held.append(.packet(packet)) }

    /// Leaves a place for the table of a link, that has to be settled before a time.
    mutating func reserve(for link: LinkID, until time: WallTime) { held.append(.table(link, until: time)) }

    /// Puts packets into a link's place, or none.
    mutating func settle(_ link: LinkID, _ packets: [MonitorPacket]) {
        let place = held.firstIndex { entry in if case .table(link, _) = entry { true } else { false } }
        guard let place else { return }
        held.replaceSubrange(place...place, with: packets.map(Entry.packet))
    }

    /// The links whose time has come, or all of them when too much waits.
    func overdue(at time: WallTime) -> [LinkID] {
        let isFull = held.count > VitalsCaptureLimits.heldEventsMax
        return held.compactMap { entry in
            guard case .table(let link, let until) = entry, isFull || until <= time else { return nil }
            return link
        }
    }

    /// The links that wait.
    var waiting: [LinkID] { held.compactMap { entry in if case .table(let link, _) = entry { link } else { nil } } }

    /// Takes out what waits for nothing.
    mutating func release() -> [MonitorPacket] {
        let ready = held.prefix { entry in if case .packet = entry { true } else { false } }
        defer { held.removeFirst(ready.count) }
        return ready.compactMap { entry in if case .packet(let packet) = entry { packet } else { nil } }
    }

    /// A link: the adapter, and the connection handle on it.
    struct LinkID: Hashable {
        let adapter: UInt16
        let handle: UInt16
    }
}
