import VitalsModel

/// Follows the enhanced ATT bearers (EATT) of one link: credit-based L2CAP channels on PSM 0x27.
///
/// Source: Core 5.4, volume 3, part A, 4.6, 4.7, 4.25, 4.26 (signalling) and 3.4 (K-frames).
struct EnhancedBearers {
    private struct Channel {
        let local: UInt16
        let remote: UInt16
        var bearer: ATTBearer
        var received = UnitAssembler()
        var sent = UnitAssembler()
    }

    private struct Request {
        let identifier: UInt8
        let isReceived: Bool
        let sources: [UInt16]
        let mtu: UInt16
    }

    /// Puts a service data unit together: its length stands before its first frame.
    private struct UnitAssembler {
        private var missing = 0
        private var unit: [UInt8] = []

        /// Takes a frame; the unit when it is whole, nil while it is not. Throws when the frame does not fit.
        mutating func add(_ frame: ArraySlice<UInt8>) throws(MalformedPacket) -> ArraySlice<UInt8>? {
            var reader = ByteReader(frame)
            if missing == 0 {
                guard let length = reader.uint16(), length > 0 else { throw MalformedPacket() }
                missing = Int(length)
                unit = []
            }
            guard reader.rest.count <= missing else {
                missing = 0
                throw MalformedPacket()
            }
            unit.append(contentsOf: reader.rest)
            missing -= reader.rest.count
            return missing == 0 ? unit[...] : nil
        }
    }

    private static let psm: UInt16 = 0x0027
    private var channels: [Channel] = []
    private var requests: [Request] = []

    /// Forgets what was under way: packets are missing.
    mutating func forgetUnfinished() {
        for index in channels.indices {
            channels[index].received = UnitAssembler()
            channels[index].sent = UnitAssembler()
            channels[index].bearer.forgetUnfinished()
        }
    }

    /// Takes a command of the LE signalling channel and returns how many channels it opened.
    mutating func signal(_ command: ArraySlice<UInt8>, isReceived: Bool) -> Int {
        var reader = ByteReader(command)
        guard let code = reader.uint8(), let identifier = reader.uint8(), reader.uint16() != nil else { return 0 }
        switch code {
        case 0x06:
            guard let destination = reader.uint16(), let source = reader.uint16() else { return 0 }
            let local = isReceived ? destination : source
            channels.removeAll { $0.local == local }
        case 0x17:
            guard reader.uint16() == Self.psm, let mtu = reader.uint16(), reader.bytes(4) != nil else { return 0 }
            let request = Request(
                identifier: identifier, isReceived: isReceived, sources: Self.channels(&reader), mtu: mtu)
            requests.removeAll { $0.identifier == identifier && $0.isReceived == isReceived }
            requests = requests.suffix(VitalsCaptureLimits.enhancedChannelsMax - 1) + [request]
        case 0x18:
            let answered = requests.firstIndex { $0.identifier == identifier && $0.isReceived != isReceived }
            guard let index = answered, let mtu = reader.uint16(), reader.bytes(6) != nil
            else { return 0 }
            return open(requests.remove(at: index), Self.channels(&reader), mtu: mtu)
        default: break
        }
        return 0
    }

    private mutating func open(_ request: Request, _ destinations: [UInt16], mtu: UInt16) -> Int {
        var opened = 0
        for (source, destination) in zip(request.sources, destinations) where destination != 0 {
            let (local, remote) = request.isReceived ? (destination, source) : (source, destination)
            channels.removeAll { $0.local == local || $0.remote == remote }
            guard channels.count < VitalsCaptureLimits.enhancedChannelsMax else { return opened }
            let bearer = ATTBearer(mtu: Int(min(mtu, request.mtu)))
            channels.append(Channel(local: local, remote: remote, bearer: bearer))
            opened += 1
        }
        return opened
    }

    /// Takes a packet of a dynamic channel; false when the channel is none of these.
    mutating func take(
        _ frame: ArraySlice<UInt8>, channel: UInt16, isReceived: Bool, into facts: inout [ATTFact]
    ) -> Bool {
        guard let index = channels.firstIndex(where: { (isReceived ? $0.local : $0.remote) == channel }) else {
            return false
        }
        do throws(MalformedPacket) {
            if isReceived {
                guard let unit = try channels[index].received.add(frame) else { return true }
                channels[index].bearer.received(unit, into: &facts)
            } else {
                guard let unit = try channels[index].sent.add(frame) else { return true }
                channels[index].bearer.sent(unit, into: &facts)
            }
        } catch {
            channels[index].bearer.forgetUnfinished()
            facts.append(.malformed)
        }
        return true
    }

    private static func channels(_ reader: inout ByteReader) -> [UInt16] {
        var channels: [UInt16] = []
        while let channel = reader.uint16() { channels.append(channel) }
        return channels
    }
}
