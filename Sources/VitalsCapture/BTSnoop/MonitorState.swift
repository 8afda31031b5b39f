public import VitalsModel

/// What a reader must know of earlier packets to make sense of the next ones: adapters, links, and the GATT table of
/// each link's peer. A recorder that begins a new file writes it first, so that every file can be read alone.
///
///     write(state.preamble(at: now))
///     for packet in channel { write(state.take(packet)) }
///     write(state.flush())
///
/// Enhanced ATT channels are not followed: what comes over them can be told apart only in the file that they began in.
public struct MonitorState: Sendable {
    private struct Adapter {
        var newIndex: [UInt8]
        var isOpen = false
        var indexInfo: [UInt8]?
    }

    private typealias LinkID = RepetitionGate.LinkID

    private struct Link {
        let peer: SensorAddress
        /// The event that the link came up with.
        let event: [UInt8]
        let start: WallTime
        var sent = L2CAPReassembler()
        var received = L2CAPReassembler()
        var dialogue = ATTDialogue()
        /// While the host may still check the table that it remembers of the peer. A reader holds values back as long.
        var isUncheckedUntil: WallTime?

        func isUnderWay(at time: WallTime) -> Bool {
            let isUnchecked = isUncheckedUntil.map { time < $0 } ?? false
            return sent.isUnderWay || received.isUnderWay || dialogue.isWaiting || isUnchecked
        }
    }

    private var notes: [[UInt8]] = []
    private var adapters: [UInt16: Adapter] = [:]
    private var links: [LinkID: Link] = [:]
    private var tables: [SensorAddress: [ATTDialogue.Exchange]] = [:]
    private var latest = WallTime(microseconds: .min)
    /// The peers whose table stands in the present file.
    private var told: Set<SensorAddress> = []
    private var gate = RepetitionGate()

    /// The state before the first packet.
    public init() {}

    /// Whether a new file may begin here: no packet is in pieces, no request waits for its response, and no remembered
    /// table for its check.
    public var isQuiet: Bool { gate.isEmpty && !links.values.contains { $0.isUnderWay(at: latest) } }

    // MARK: From the channel

    /// Takes the next packet, and gives what is to be written now: the packet, with what is repeated for it; or nothing,
    /// for two seconds at most, while it is open what has to be repeated.
    public mutating func take(_ packet: MonitorPacket) -> [MonitorPacket] {
        latest = packet.time
        for link in gate.overdue(at: latest) { repeatTable(link) }
        gate.pass(packet)
        learn(packet)
        return gate.release()
    }

    /// What still waits: the file ends.
    public mutating func flush() -> [MonitorPacket] {
        for link in gate.waiting { repeatTable(link) }
        return gate.release()
    }

    private mutating func learn(_ packet: MonitorPacket) {
        switch packet.opcode {
        case .systemNote where notes.count < VitalsCaptureLimits.stateNotesMax: notes.append(packet.data)
        case .newIndex where adapters.count < VitalsCaptureLimits.stateAdaptersMax:
            adapters[packet.adapter] = Adapter(newIndex: packet.data)
        case .openIndex: adapters[packet.adapter]?.isOpen = true
        case .indexInfo: adapters[packet.adapter]?.indexInfo = packet.data
        case .closeIndex:
            adapters[packet.adapter]?.isOpen = false
            endLinks(of: packet.adapter)
        case .deleteIndex:
            adapters[packet.adapter] = nil
            endLinks(of: packet.adapter)
        case .event: takeEvent(packet)
        case .aclSent: takeData(packet, isReceived: false)
        case .aclReceived: takeData(packet, isReceived: true)
        default: break
        }
    }

    private mutating func endLinks(of adapter: UInt16) {
        for id in gate.waiting where id.adapter == adapter { repeatTable(id) }
        links = links.filter { $0.key.adapter != adapter }
    }

    /// Puts the table of a link's peer behind the event that the link came up with.
    private mutating func repeatTable(_ id: LinkID) {
        guard let link = links[id] else { return gate.settle(id, []) }
        told.insert(link.peer)
        let exchanges = tables[link.peer] ?? []
        let packets = exchanges.flatMap { $0.packets(adapter: id.adapter, handle: id.handle, time: link.start) }
        let begin = MonitorPacket.note("A table from an earlier file", time: link.start)
        gate.settle(id, [begin] + packets + [.note("The end of what is repeated", time: link.start)])
    }

    private mutating func takeEvent(_ packet: MonitorPacket) {
        guard let event = try? LinkEvent.parse(packet.data[...]) else { return }
        switch event {
        case .connected(let handle, let peer):
            let id = LinkID(adapter: packet.adapter, handle: handle)
            guard links[id] != nil || links.count < VitalsCaptureLimits.linksMax else { return }
            let hold = VitalsCaptureLimits.heldMicroseconds
            let check = WallTime(microseconds: packet.time.microseconds.addingSaturating(hold))
            let hasHash = tables[peer]?.contains(where: \.isDatabaseHash) ?? false
            gate.settle(id, [])
            links[id] = Link(
                peer: peer, event: packet.data, start: packet.time, isUncheckedUntil: hasHash ? check : nil)
            guard tables[peer] != nil, !told.contains(peer) else { return }
            gate.reserve(for: id, until: check)
            if !hasHash { repeatTable(id) }
        case .disconnected(let handle, _):
            let id = LinkID(adapter: packet.adapter, handle: handle)
            repeatTable(id)
            links[id] = nil
        case .controllerReset: endLinks(of: packet.adapter)
        }
    }

    private mutating func takeData(_ packet: MonitorPacket, isReceived: Bool) {
        var reader = ByteReader(packet.data)
        guard let field = reader.uint16(), let length = reader.uint16() else { return }
        let id = LinkID(adapter: packet.adapter, handle: field & 0x0FFF)
        guard var link = links[id] else { return }
        // In place: the state holds no second copy of the buffers.
        links[id] = nil
        defer { links[id] = link }
        guard reader.rest.count == Int(length) else {
            if isReceived { link.received.reset() } else { link.sent.reset() }
            return
        }
        let isFirst = field >> 12 & 3 != 1
        let outcomes =
            isReceived
            ? link.received.add(reader.rest, isFirst: isFirst) : link.sent.add(reader.rest, isFirst: isFirst)
        for case .packet(channel: ATTDialogue.channel, let payload) in outcomes {
            guard let exchange = link.dialogue.take(Array(payload), isReceived: isReceived) else { continue }
            learn(exchange, on: id, &link)
        }
    }

    /// Keeps an exchange about a peer's table. A discovery from the start makes those before it worthless, and so does
    /// another database hash.
    private mutating func learn(_ exchange: ATTDialogue.Exchange, on id: LinkID, _ link: inout Link) {
        let peer = link.peer
        var known = tables[peer] ?? []
        if exchange.beginsDiscovery {
            gate.settle(id, [])
            told.insert(peer)
            link.isUncheckedUntil = nil
            known = []
        } else if exchange.isDatabaseHash {
            let isOutdated = known.contains { $0.isDatabaseHash && $0.response != exchange.response }
            links[id] = link
            if isOutdated { gate.settle(id, []) } else if gate.waiting.contains(id) { repeatTable(id) }
            link.isUncheckedUntil = nil
            known = isOutdated ? [] : known.filter { !$0.isDatabaseHash }
        }
        let bytes = known.reduce(exchange.bytes) { $0 + $1.bytes }
        guard bytes <= VitalsCaptureLimits.stateTableBytesMax else { return }
        if tables[peer] == nil, tables.count >= VitalsCaptureLimits.peersMax {
            let connected = Set(links.values.map(\.peer)).union([peer])
            tables = tables.filter { connected.contains($0.key) }
        }
        tables[peer] = known + [exchange]
    }

    // MARK: Into a new file

    /// The packets that a new file begins with, all with the same time. Two notes stand around them, since they are
    /// repetitions and not what happened then.
    public mutating func preamble(at time: WallTime) -> [MonitorPacket] {
        told = Set(links.values.map(\.peer))
        var packets = notes.map { MonitorPacket(.systemNote, adapter: MonitorPacket.noAdapter, data: $0, time: time) }
        packets.append(.note("The state at the start of this file, repeated from earlier packets", time: time))
        for (index, adapter) in adapters.sorted(by: { $0.key < $1.key }) {
            packets.append(MonitorPacket(.newIndex, adapter: index, data: adapter.newIndex, time: time))
            if adapter.isOpen { packets.append(MonitorPacket(.openIndex, adapter: index, data: [], time: time)) }
            if let info = adapter.indexInfo {
                packets.append(MonitorPacket(.indexInfo, adapter: index, data: info, time: time))
            }
        }
        for (id, link) in links.sorted(by: { ($0.key.adapter, $0.key.handle) < ($1.key.adapter, $1.key.handle) }) {
            packets.append(MonitorPacket(.event, adapter: id.adapter, data: link.event, time: time))
            for exchange in [link.dialogue.mtuExchange].compactMap({ $0 }) + (tables[link.peer] ?? []) {
                packets += exchange.packets(adapter: id.adapter, handle: id.handle, time: time)
            }
        }
        packets.append(.note("The end of what is repeated", time: time))
        return packets
    }
}
