import VitalsModel

/// Follows the links of all adapters through their HCI packets, and makes sensor events of what comes over them.
struct LinkTracker: Sendable {
    /// Whether the table of a link's peer can be relied on.
    enum TableState {
        /// It was discovered on this link, or its hash was compared, or there is nothing to check.
        case checked
        /// It was discovered on an earlier link; values wait for the check until then.
        case cached(until: MonotonicTime)
    }

    /// A link that is up.
    struct Link {
        let peer: SensorAddress
        var tableState: TableState
        /// The database hash that was read on this link, until the peer says that it has changed.
        var hash: [UInt8]?
        var received = L2CAPReassembler()
        var sent = L2CAPReassembler()
        var bearer = ATTBearer()
        var enhanced = EnhancedBearers()
    }

    private enum Channel {
        static let attributes: UInt16 = 0x0004
        static let signalling: UInt16 = 0x0005
        static let security: UInt16 = 0x0006
    }

    /// What was read so far.
    var statistics = CaptureStatistics()
    /// What the user said.
    let options: CaptureOptions
    /// The links that are up.
    var links: [EventGate.Link: Link] = [:]
    /// The table of each peer, over all its links.
    var tables: [SensorAddress: GATTTable] = [:]
    /// Where events go out.
    var gate = EventGate()
    /// Sensors by connection handle as the user gave them, until the recording itself speaks of the handle.
    private var givenLinks: [UInt16: SensorAddress]

    init(options: CaptureOptions) {
        self.options = options
        givenLinks = options.links
    }

    // MARK: From the file

    /// Takes a packet.
    mutating func handle(
        _ packet: HCIPacket, adapter: UInt16, at stamp: Stamp, into events: inout [SensorEvent]
    ) {
        gate.expire(at: stamp.monotonic, into: &events, &statistics)
        switch packet {
        case .event(let bytes):
            do throws(MalformedPacket) {
                guard let event = try LinkEvent.parse(bytes) else { return }
                handle(event, adapter: adapter, at: stamp, into: &events)
            } catch {
                statistics.malformedPackets += 1
            }
        case .acl(let isReceived, let bytes):
            statistics.aclPackets += 1
            data(bytes, isReceived: isReceived, adapter: adapter, at: stamp, into: &events)
        case .adapterGone: endAll(on: adapter, at: stamp, into: &events)
        case .malformed: statistics.malformedPackets += 1
        case .other: break
        }
    }

    /// Hands an event on that the file itself gives rise to.
    mutating func pass(_ event: SensorEvent, into events: inout [SensorEvent]) {
        gate.pass(event, into: &events, &statistics)
    }

    /// The recorder has lost packets: whatever is under way cannot be trusted.
    mutating func forgetUnfinished() {
        for id in links.keys {
            let wasUnderWay = links[id].map { [$0.received, $0.sent].count(where: \.isUnderWay) } ?? 0
            statistics.reassemblyFaults += wasUnderWay
            links[id]?.received.reset()
            links[id]?.sent.reset()
            links[id]?.bearer.forgetUnfinished()
            links[id]?.enhanced.forgetUnfinished()
        }
    }

    /// The capture ends.
    mutating func finish(into events: inout [SensorEvent]) { gate.finish(into: &events, &statistics) }

    // MARK: Links

    private mutating func handle(
        _ event: LinkEvent, adapter: UInt16, at stamp: Stamp, into events: inout [SensorEvent]
    ) {
        switch event {
        case .connected(let handle, let peer):
            let id = EventGate.Link(adapter: adapter, handle: handle)
            // A handle in use is given away again: its link has ended, and that was not recorded.
            end(id, reason: nil, at: stamp, into: &events)
            givenLinks[handle] = nil
            open(id, to: peer, at: stamp)
            pass(SensorEvent(stamp: stamp, kind: .linkUp(sensor: peer)), into: &events)
        case .disconnected(let handle, let reason):
            let id = EventGate.Link(adapter: adapter, handle: handle)
            givenLinks[handle] = nil
            end(id, reason: DisconnectReason.name(reason), at: stamp, into: &events)
        case .controllerReset: endAll(on: adapter, at: stamp, into: &events)
        }
    }

    private mutating func open(_ id: EventGate.Link, to peer: SensorAddress, at stamp: Stamp) {
        guard links.count < VitalsCaptureLimits.linksMax else {
            statistics.limitsReached += 1
            return
        }
        var state = TableState.checked
        if let table = tables[peer], !table.isEmpty {
            let patience = table.hash == nil ? 0 : VitalsCaptureLimits.heldMicroseconds
            state = .cached(until: stamp.monotonic + MonotonicTime.Span(microseconds: patience))
        }
        if tables[peer] == nil && tables.count >= VitalsCaptureLimits.peersMax {
            let connected = Set(links.values.map(\.peer))
            tables = tables.filter { connected.contains($0.key) }
            statistics.limitsReached += 1
        }
        links[id] = Link(peer: peer, tableState: state)
    }

    private mutating func end(
        _ id: EventGate.Link, reason: String?, at stamp: Stamp, into events: inout [SensorEvent]
    ) {
        guard let link = links.removeValue(forKey: id) else { return }
        statistics.reassemblyFaults += [link.received, link.sent].count(where: \.isUnderWay)
        gate.settle(id, .unchecked, into: &events, &statistics)
        pass(SensorEvent(stamp: stamp, kind: .linkDown(sensor: link.peer, reason: reason)), into: &events)
    }

    private mutating func endAll(on adapter: UInt16, at stamp: Stamp, into events: inout [SensorEvent]) {
        // In the order of their handles: a dictionary's own order differs from run to run.
        for id in links.keys.filter({ $0.adapter == adapter }).sorted(by: { $0.handle < $1.handle }) {
            end(id, reason: nil, at: stamp, into: &events)
        }
    }

    // MARK: Data

    private mutating func data(
        _ packet: ArraySlice<UInt8>, isReceived: Bool, adapter: UInt16, at stamp: Stamp,
        into events: inout [SensorEvent]
    ) {
        var reader = ByteReader(packet)
        guard let field = reader.uint16(), let length = reader.uint16() else {
            statistics.malformedPackets += 1
            return
        }
        let id = EventGate.Link(adapter: adapter, handle: field & 0x0FFF)
        let isFirst = field >> 12 & 3 != 1
        if links[id] == nil, let peer = givenLinks[id.handle] { open(id, to: peer, at: stamp) }
        guard links[id] != nil else {
            statistics.packetsOnUnknownLinks += 1
            return
        }
        guard reader.rest.count == Int(length) else {
            // Cut by the recorder, or damaged: the packet that this fragment belongs to is lost.
            statistics.malformedPackets += 1
            if isReceived { links[id]?.received.reset() } else { links[id]?.sent.reset() }
            return
        }
        let outcomes =
            isReceived
            ? links[id]?.received.add(reader.rest, isFirst: isFirst)
            : links[id]?.sent.add(reader.rest, isFirst: isFirst)
        for outcome in outcomes ?? [] {
            switch outcome {
            case .incomplete: break
            case .fault: statistics.reassemblyFaults += 1
            case .packet(let channel, let payload):
                let facts = facts(from: payload, on: channel, of: id, isReceived: isReceived)
                for fact in facts { learn(fact, on: id, at: stamp, into: &events) }
            }
        }
    }

    private mutating func facts(
        from payload: ArraySlice<UInt8>, on channel: UInt16, of id: EventGate.Link, isReceived: Bool
    ) -> [ATTFact] {
        var facts: [ATTFact] = []
        switch channel {
        case Channel.attributes:
            if isReceived {
                links[id]?.bearer.received(payload, into: &facts)
            } else {
                links[id]?.bearer.sent(payload, into: &facts)
            }
        case Channel.signalling:
            statistics.enhancedChannels += links[id]?.enhanced.signal(payload, isReceived: isReceived) ?? 0
        case Channel.security: break
        default:
            let isKnown = links[id]?.enhanced.take(payload, channel: channel, isReceived: isReceived, into: &facts)
            if isKnown != true { statistics.packetsOnUnknownChannels += 1 }
        }
        return facts
    }
}
