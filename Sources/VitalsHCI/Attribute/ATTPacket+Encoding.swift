import VitalsModel

extension ATTPacket {
    /// The packet as it goes onto the channel.
    var bytes: [UInt8] { [opcode] + body }

    private var body: [UInt8] {
        switch self {
        case .errorResponse(let request, let handle, let code):
            [request] + handle.littleEndianBytes + [code.rawValue]
        case .exchangeMTURequest(let mtu), .exchangeMTUResponse(let mtu): mtu.littleEndianBytes
        case .findInformationRequest(let range): Self.bytes(range)
        case .findInformationResponse(let list): Self.bytes(list)
        case .readByTypeRequest(let range, let type), .readByGroupTypeRequest(let range, let type):
            Self.bytes(range) + type.littleEndianBytes
        case .readByTypeResponse(let list):
            [UInt8(truncatingIfNeeded: 2 + (list.first?.value.count ?? 0))]
                + list.flatMap { $0.handle.littleEndianBytes + $0.value }
        case .readByGroupTypeResponse(let list):
            [UInt8(truncatingIfNeeded: 4 + (list.first?.value.count ?? 0))]
                + list.flatMap { $0.first.littleEndianBytes + $0.last.littleEndianBytes + $0.value }
        case .readRequest(let handle): handle.littleEndianBytes
        case .readBlobRequest(let handle, let offset): handle.littleEndianBytes + offset.littleEndianBytes
        case .writeRequest(let handle, let value), .notification(let handle, let value),
            .indication(let handle, let value):
            handle.littleEndianBytes + value
        case .multipleNotification(let list):
            list.flatMap {
                $0.handle.littleEndianBytes + UInt16(truncatingIfNeeded: $0.value.count).littleEndianBytes + $0.value
            }
        case .readResponse(let value), .readBlobResponse(let value), .other(_, let value): value
        case .writeResponse, .confirmation: []
        }
    }

    private static func bytes(_ range: ClosedRange<UInt16>) -> [UInt8] {
        range.lowerBound.littleEndianBytes + range.upperBound.littleEndianBytes
    }

    /// Short types when all are short, else full ones.
    private static func bytes(_ list: [TypedHandle]) -> [UInt8] {
        let isShort = list.allSatisfy { $0.type.short != nil }
        return [isShort ? 1 : 2]
            + list.flatMap { entry in
                let type =
                    isShort
                    ? entry.type.littleEndianBytes
                    : entry.type.low.littleEndianBytes + entry.type.high.littleEndianBytes
                return entry.handle.littleEndianBytes + type
            }
    }
}
