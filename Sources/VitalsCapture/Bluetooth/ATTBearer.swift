import VitalsModel

/// Follows one ATT bearer: the host as client, the peer as server.
///
/// Requests and responses alternate on a bearer, so one pending request explains the next response (Core 5.4, volume 3,
/// part F, 3.3.2). The host's own server and the peer's own client are of no interest and are passed over.
struct ATTBearer {
    private enum Request: Equatable {
        case exchangeMTU(UInt16)
        case findInformation
        case readByType(ClosedRange<UInt16>, BluetoothUUID)
        case read(UInt16)
        case readBlob(UInt16, offset: Int)
        case other
    }

    private struct LongRead {
        let handle: UInt16
        var bytes: [UInt8]
    }

    /// The MTU before any agreement (3.2.8).
    static let mtuMin = 23

    private var mtu: Int
    private var pending: (opcode: UInt8, request: Request)?
    private var longRead: LongRead?

    /// A bearer whose MTU is `mtu` until something else is agreed.
    init(mtu: Int = Self.mtuMin) { self.mtu = max(Self.mtuMin, mtu) }

    /// Forgets what was under way: packets are missing.
    mutating func forgetUnfinished() {
        pending = nil
        longRead = nil
    }

    // MARK: From the host

    /// Takes a packet that the host sent.
    mutating func sent(_ packet: ArraySlice<UInt8>, into facts: inout [ATTFact]) {
        var reader = ByteReader(packet)
        guard let opcode = reader.uint8() else { return facts.append(.malformed) }
        guard Self.requests.contains(opcode) else { return }
        guard let request = Self.request(opcode, &reader) else {
            pending = nil
            return facts.append(.malformed)
        }
        if let part = longRead, request != .readBlob(part.handle, offset: part.bytes.count) {
            longRead = nil
            facts.append(.incompleteRead)
        }
        pending = (opcode, request)
        if opcode == 0x10, case .readByType(let range, let type) = request {
            pending = (opcode, .other)
            if type == Self.primaryService { facts.append(.serviceDiscovery(range)) }
        }
    }

    private static let requests: Set<UInt8> = [
        0x02, 0x04, 0x06, 0x08, 0x0A, 0x0C, 0x0E, 0x10, 0x12, 0x16, 0x18, 0x20,
    ]
    private static let primaryService = BluetoothUUID(0x2800)
    private static let characteristicDeclaration = BluetoothUUID(0x2803)

    private static func request(_ opcode: UInt8, _ reader: inout ByteReader) -> Request? {
        switch opcode {
        case 0x02: return reader.uint16().map(Request.exchangeMTU)
        case 0x04: return range(&reader).map { _ in .findInformation }
        case 0x08, 0x10:
            guard let range = range(&reader), let type = uuid(reader.rest) else { return nil }
            return .readByType(range, type)
        case 0x0A: return reader.uint16().map(Request.read)
        case 0x0C:
            guard let handle = reader.uint16(), let offset = reader.uint16() else { return nil }
            return .readBlob(handle, offset: Int(offset))
        default: return .other
        }
    }

    private static func range(_ reader: inout ByteReader) -> ClosedRange<UInt16>? {
        guard let first = reader.uint16(), let last = reader.uint16(), first <= last else { return nil }
        return first...last
    }

    private static func uuid(_ bytes: ArraySlice<UInt8>) -> BluetoothUUID? {
        let half = { (part: ArraySlice<UInt8>) in part.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return switch bytes.count {
        case 2: BluetoothUUID(UInt16(half(bytes)))
        case 16: BluetoothUUID(high: half(bytes.suffix(8)), low: half(bytes.prefix(8)))
        default: nil
        }
    }

    // MARK: From the peer

    /// Takes a packet that the peer sent.
    mutating func received(_ packet: ArraySlice<UInt8>, into facts: inout [ATTFact]) {
        var reader = ByteReader(packet)
        guard let opcode = reader.uint8() else { return facts.append(.malformed) }
        switch opcode {
        case 0x1B, 0x1D:
            guard let handle = reader.uint16(), handle != 0 else { return facts.append(.malformed) }
            let arrival: ATTFact.Arrival = opcode == 0x1B ? .notification : .indication
            facts.append(.value(handle: handle, bytes: Array(reader.rest), arrival: arrival))
        case 0x23: multipleNotification(&reader, into: &facts)
        case 0x01: error(&reader, into: &facts)
        case 0x03, 0x05, 0x07, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x13, 0x17, 0x19, 0x21:
            guard let request = pending, request.opcode == opcode - 1 else {
                forgetUnfinished()
                return facts.append(.unmatchedResponse)
            }
            pending = nil
            response(to: request.request, opcode, &reader, into: &facts)
        default: break
        }
    }

    /// 3.4.7.4: handle, length and value, again and again. All or nothing: a length that does not fit leaves no doubt
    /// about the damage, but much about where it began.
    private func multipleNotification(_ reader: inout ByteReader, into facts: inout [ATTFact]) {
        var values: [ATTFact] = []
        while !reader.isAtEnd {
            guard let handle = reader.uint16(), handle != 0, let length = reader.uint16(),
                let value = reader.bytes(Int(length))
            else { return facts.append(.malformed) }
            values.append(.value(handle: handle, bytes: Array(value), arrival: .notification))
        }
        facts.append(contentsOf: values.isEmpty ? [.malformed] : values)
    }

    /// 3.4.1.1: the opcode of the request, the handle in error, the code.
    private mutating func error(_ reader: inout ByteReader, into facts: inout [ATTFact]) {
        guard let opcode = reader.uint8(), reader.uint16() != nil, let code = reader.uint8() else {
            return facts.append(.malformed)
        }
        guard let request = pending, request.opcode == opcode else {
            forgetUnfinished()
            return facts.append(.unmatchedResponse)
        }
        pending = nil
        let attributeNotFound: UInt8 = 0x0A
        switch request.request {
        case .readByType(let range, Self.characteristicDeclaration) where code == attributeNotFound:
            facts.append(.characteristics([], in: range))
        case .readByType(let range, let type) where code == attributeNotFound && range.lowerBound == 1:
            facts.append(.absent(type))
        case .readBlob(let handle, _):
            guard let part = longRead, part.handle == handle else { return }
            longRead = nil
            // Invalid offset, attribute not long: the value ended exactly where the last part did.
            let isWhole = code == 0x07 || code == 0x0B
            facts.append(isWhole ? .value(handle: handle, bytes: part.bytes, arrival: .read) : .incompleteRead)
        default: break
        }
    }

    private mutating func response(
        to request: Request, _ opcode: UInt8, _ reader: inout ByteReader, into facts: inout [ATTFact]
    ) {
        switch request {
        case .exchangeMTU(let client):
            guard let server = reader.uint16() else { return facts.append(.malformed) }
            mtu = max(Self.mtuMin, Int(min(client, server)))
        case .findInformation: information(&reader, into: &facts)
        case .readByType(let range, let type): list(&reader, of: type, in: range, into: &facts)
        case .read(let handle):
            longRead = LongRead(handle: handle, bytes: Array(reader.rest))
            part(reader.rest.count, into: &facts)
        case .readBlob(let handle, let offset):
            if longRead == nil && offset == 0 { longRead = LongRead(handle: handle, bytes: []) }
            guard longRead != nil else { return facts.append(.incompleteRead) }
            longRead?.bytes.append(contentsOf: reader.rest)
            part(reader.rest.count, into: &facts)
        case .other:
            if opcode == 0x0F || opcode == 0x21 { facts.append(.incompleteRead) }
        }
    }

    /// A part of a value that fills the packet may go on; a shorter one ends it (3.4.4.5).
    private mutating func part(_ count: Int, into facts: inout [ATTFact]) {
        guard let value = longRead else { return }
        let bytesMax = VitalsCaptureLimits.attributeBytesMax
        if count == mtu - 1 && value.bytes.count < bytesMax { return }
        longRead = nil
        let isWhole = value.bytes.count <= bytesMax
        facts.append(isWhole ? .value(handle: value.handle, bytes: value.bytes, arrival: .read) : .malformed)
    }

    /// 3.4.3.2: the format, then handles and types.
    private func information(_ reader: inout ByteReader, into facts: inout [ATTFact]) {
        guard let format = reader.uint8(), format == 1 || format == 2, !reader.isAtEnd else {
            return facts.append(.malformed)
        }
        var types: [ATTFact] = []
        while !reader.isAtEnd {
            guard let handle = reader.uint16(), let bytes = reader.bytes(format == 1 ? 2 : 16),
                let type = Self.uuid(bytes)
            else { return facts.append(.malformed) }
            types.append(.attributeType(handle: handle, type: type))
        }
        facts.append(contentsOf: types)
    }

    /// 3.4.4.2: the length of an entry, then handles and values of attributes of one type.
    private func list(
        _ reader: inout ByteReader, of type: BluetoothUUID, in range: ClosedRange<UInt16>, into facts: inout [ATTFact]
    ) {
        guard let length = reader.uint8(), length > 2, !reader.isAtEnd, reader.rest.count % Int(length) == 0 else {
            return facts.append(.malformed)
        }
        var declarations: [GATTTable.Declaration] = []
        var values: [ATTFact] = []
        while let handle = reader.uint16(), let value = reader.bytes(Int(length) - 2) {
            if type == Self.characteristicDeclaration {
                guard let characteristic = Self.uuid(value.dropFirst(3)) else { return facts.append(.malformed) }
                var fields = ByteReader(value.dropFirst())
                guard let valueHandle = fields.uint16() else { return facts.append(.malformed) }
                declarations.append(.init(handle: handle, value: valueHandle, characteristic: characteristic))
            } else {
                values.append(.attributeType(handle: handle, type: type))
                // An entry of the greatest length may have been cut to it.
                let isWhole = value.count < min(mtu - 4, 253)
                values.append(isWhole ? .value(handle: handle, bytes: Array(value), arrival: .read) : .incompleteRead)
            }
        }
        let isDeclaration = type.short.map { (0x2800...0x2803).contains($0) } ?? false
        if type == Self.characteristicDeclaration {
            facts.append(.characteristics(declarations, in: range))
        } else if !isDeclaration {
            facts.append(contentsOf: values)
        }
    }
}
