import VitalsModel

/// The requests of the host on one link and the responses to them, as far as they tell of the peer's GATT table.
struct ATTDialogue: Sendable {
    /// A request and its response.
    struct Exchange: Sendable {
        let request: [UInt8]
        let response: [UInt8]

        /// Bytes of both.
        var bytes: Int { request.count + response.count }

        /// Whether a discovery of all services begins with it: Read By Group Type, from handle 1, Primary Service.
        var beginsDiscovery: Bool {
            request.count == 7 && request[0] == 0x10 && request[1] == 1 && request[2] == 0 && type == 0x2800
        }

        /// Whether the database hash was read. A host asks on behind it for a second one, in vain.
        var isDatabaseHash: Bool { request.first == 0x08 && type == 0x2B2A && response.first == 0x09 }

        /// Whether it is about the table, and not about a value.
        var isAboutTable: Bool {
            switch request.first {
            case 0x04: true
            case 0x08: type == 0x2803 || isDatabaseHash
            case 0x10: type == 0x2800 || type == 0x2801
            default: false
            }
        }

        /// The short type that Read By Type and Read By Group Type ask for.
        private var type: UInt16? { request.count == 7 ? UInt16(request[5]) | UInt16(request[6]) << 8 : nil }

        /// The exchange as two packets of data.
        func packets(adapter: UInt16, handle: UInt16, time: WallTime) -> [MonitorPacket] {
            [
                MonitorPacket(.aclSent, adapter: adapter, data: Self.data(request, handle, boundary: 0), time: time),
                MonitorPacket(
                    .aclReceived, adapter: adapter, data: Self.data(response, handle, boundary: 2), time: time),
            ]
        }

        /// Core 5.4, volume 4, part E, 5.4.2, around volume 3, part A, 3.1.
        private static func data(_ packet: [UInt8], _ handle: UInt16, boundary: UInt16) -> [UInt8] {
            let length = UInt16(clamping: packet.count)
            return [handle | boundary << 12, length &+ 4, length, channel].flatMap {
                [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
            } + packet
        }
    }

    /// The fixed channel of the attribute protocol.
    static let channel: UInt16 = 4

    private static let requests: Set<UInt8> = [
        0x02, 0x04, 0x06, 0x08, 0x0A, 0x0C, 0x0E, 0x10, 0x12, 0x16, 0x18, 0x20,
    ]

    private var request: [UInt8]?
    /// The agreement on an MTU, once there was one.
    private(set) var mtuExchange: Exchange?

    /// Whether a request waits for its response.
    var isWaiting: Bool { request != nil }

    /// Takes a packet; gives an exchange about the table when its response has come.
    mutating func take(_ packet: [UInt8], isReceived: Bool) -> Exchange? {
        guard let opcode = packet.first else { return nil }
        if !isReceived {
            if Self.requests.contains(opcode) { request = packet }
            return nil
        }
        guard let request, let asked = request.first else { return nil }
        let isError = opcode == 0x01 && packet.count == 5 && packet[1] == asked
        guard isError || opcode == asked + 1 else { return nil }
        self.request = nil
        let exchange = Exchange(request: request, response: packet)
        if asked == 0x02 { mtuExchange = exchange }
        return exchange.isAboutTable ? exchange : nil
    }
}
