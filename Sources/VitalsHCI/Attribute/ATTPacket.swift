import VitalsModel

/// One packet of the attribute protocol: what the gateway sends as a client, what it may be sent, and the rest as it is.
///
/// Source: Core 5.4, volume 3, part F, 3.4. Decoding accepts exactly what the clause named beside each case allows: a
/// packet that is too short, too long or of uneven parts is malformed as a whole.
enum ATTPacket: Hashable, Sendable {
    /// An attribute with a value, as lists carry it.
    struct Attribute: Hashable, Sendable {
        var handle: UInt16
        var value: [UInt8]
    }

    /// A group of attributes with the value of its first one, as Read By Group Type lists them.
    struct Group: Hashable, Sendable {
        var first: UInt16
        var last: UInt16
        var value: [UInt8]
    }

    /// An attribute with its type, as Find Information lists it.
    struct TypedHandle: Hashable, Sendable {
        var handle: UInt16
        var type: BluetoothUUID
    }

    /// 3.4.1.1.
    case errorResponse(request: UInt8, handle: UInt16, ATTErrorCode)
    /// 3.4.2.1.
    case exchangeMTURequest(UInt16)
    /// 3.4.2.2.
    case exchangeMTUResponse(UInt16)
    /// 3.4.3.1.
    case findInformationRequest(ClosedRange<UInt16>)
    /// 3.4.3.2.
    case findInformationResponse([TypedHandle])
    /// 3.4.4.1.
    case readByTypeRequest(ClosedRange<UInt16>, BluetoothUUID)
    /// 3.4.4.2. All values have the same length.
    case readByTypeResponse([Attribute])
    /// 3.4.4.3.
    case readRequest(UInt16)
    /// 3.4.4.4.
    case readResponse([UInt8])
    /// 3.4.4.5.
    case readBlobRequest(UInt16, offset: UInt16)
    /// 3.4.4.6.
    case readBlobResponse([UInt8])
    /// 3.4.4.9.
    case readByGroupTypeRequest(ClosedRange<UInt16>, BluetoothUUID)
    /// 3.4.4.10. All values have the same length.
    case readByGroupTypeResponse([Group])
    /// 3.4.5.1.
    case writeRequest(UInt16, [UInt8])
    /// 3.4.5.2.
    case writeResponse
    /// 3.4.7.1.
    case notification(UInt16, [UInt8])
    /// 3.4.7.2.
    case indication(UInt16, [UInt8])
    /// 3.4.7.3.
    case confirmation
    /// 3.4.7.4.
    case multipleNotification([Attribute])
    /// A packet that is of no interest here: its opcode and the rest of it.
    case other(UInt8, [UInt8])

    /// What the first byte of a packet says by itself (3.3.1).
    enum Opcode {
        static let errorResponse: UInt8 = 0x01
        static let exchangeMTURequest: UInt8 = 0x02
        static let exchangeMTUResponse: UInt8 = 0x03
        static let findInformationRequest: UInt8 = 0x04
        static let findInformationResponse: UInt8 = 0x05
        static let findByTypeValueRequest: UInt8 = 0x06
        static let findByTypeValueResponse: UInt8 = 0x07
        static let readByTypeRequest: UInt8 = 0x08
        static let readByTypeResponse: UInt8 = 0x09
        static let readRequest: UInt8 = 0x0A
        static let readResponse: UInt8 = 0x0B
        static let readBlobRequest: UInt8 = 0x0C
        static let readBlobResponse: UInt8 = 0x0D
        static let readByGroupTypeRequest: UInt8 = 0x10
        static let readByGroupTypeResponse: UInt8 = 0x11
        static let writeRequest: UInt8 = 0x12
        static let writeResponse: UInt8 = 0x13
        static let notification: UInt8 = 0x1B
        static let indication: UInt8 = 0x1D
        static let confirmation: UInt8 = 0x1E
        static let multipleNotification: UInt8 = 0x23

        /// Responses that no request of ours asks for, but that belong to the alternation of requests and responses.
        private static let otherResponses: Set<UInt8> = [0x07, 0x0F, 0x17, 0x19, 0x21]

        /// Whether nobody may answer it (3.3.1, the command flag).
        static func isCommand(_ opcode: UInt8) -> Bool { opcode & 0x40 != 0 }

        /// Whether it answers a request.
        static func isResponse(_ opcode: UInt8) -> Bool {
            switch opcode {
            case 0x01, 0x03, 0x05, 0x09, 0x0B, 0x0D, 0x11, 0x13: true
            default: otherResponses.contains(opcode)
            }
        }
    }

    /// The first byte.
    var opcode: UInt8 {
        switch self {
        case .errorResponse: Opcode.errorResponse
        case .exchangeMTURequest: Opcode.exchangeMTURequest
        case .exchangeMTUResponse: Opcode.exchangeMTUResponse
        case .findInformationRequest: Opcode.findInformationRequest
        case .findInformationResponse: Opcode.findInformationResponse
        case .readByTypeRequest: Opcode.readByTypeRequest
        case .readByTypeResponse: Opcode.readByTypeResponse
        case .readRequest: Opcode.readRequest
        case .readResponse: Opcode.readResponse
        case .readBlobRequest: Opcode.readBlobRequest
        case .readBlobResponse: Opcode.readBlobResponse
        case .readByGroupTypeRequest: Opcode.readByGroupTypeRequest
        case .readByGroupTypeResponse: Opcode.readByGroupTypeResponse
        case .writeRequest: Opcode.writeRequest
        case .writeResponse: Opcode.writeResponse
        case .notification: Opcode.notification
        case .indication: Opcode.indication
        case .confirmation: Opcode.confirmation
        case .multipleNotification: Opcode.multipleNotification
        case .other(let opcode, _): opcode
        }
    }
}
