import VitalsModel

/// A packet of the attribute protocol that breaks its own format: its opcode (nil: it is empty) and what is wrong.
struct MalformedATTPacket: Error, Hashable, Sendable, CustomStringConvertible {
    let opcode: UInt8?
    let fault: String

    /// `malformed ATT packet 0x09: the parts are uneven`.
    var description: String {
        let name = opcode.map { "0x" + Hex.string(CollectionOfOne($0)) } ?? "without opcode"
        return "malformed ATT packet \(name): \(fault)"
    }
}

extension ATTPacket {
    /// Decodes a packet as it came off the channel.
    init(_ packet: [UInt8]) throws(MalformedATTPacket) {
        guard let opcode = packet.first else { throw MalformedATTPacket(opcode: nil, fault: "it is empty") }
        guard packet.count <= VitalsHCILimits.mtuMax else {
            throw MalformedATTPacket(opcode: opcode, fault: "it is longer than any MTU that was offered")
        }
        var reader = PacketReader(packet.dropFirst())
        guard let decoded = Self.decode(opcode, &reader) else {
            throw MalformedATTPacket(opcode: opcode, fault: "a field is missing or has a value that is not allowed")
        }
        guard reader.isAtEnd else { throw MalformedATTPacket(opcode: opcode, fault: "it is too long") }
        self = decoded
    }

    private static func decode(_ opcode: UInt8, _ reader: inout PacketReader) -> ATTPacket? {
        switch opcode {
        case Opcode.errorResponse: return error(&reader)
        case Opcode.exchangeMTURequest: return reader.uint16().map(exchangeMTURequest)
        case Opcode.exchangeMTUResponse: return reader.uint16().map(exchangeMTUResponse)
        case Opcode.findInformationRequest: return range(&reader).map(findInformationRequest)
        case Opcode.findInformationResponse: return information(&reader)
        case Opcode.readByTypeRequest: return typedRange(&reader).map(readByTypeRequest)
        case Opcode.readByTypeResponse: return attributes(&reader)
        case Opcode.readRequest: return handle(&reader).map(readRequest)
        case Opcode.readResponse: return value(&reader).map(readResponse)
        case Opcode.readBlobRequest:
            guard let handle = handle(&reader), let offset = reader.uint16() else { return nil }
            return .readBlobRequest(handle, offset: offset)
        case Opcode.readBlobResponse: return value(&reader).map(readBlobResponse)
        case Opcode.readByGroupTypeRequest: return typedRange(&reader).map(readByGroupTypeRequest)
        case Opcode.readByGroupTypeResponse: return groups(&reader)
        case Opcode.writeRequest: return attribute(&reader).map { .writeRequest($0.handle, $0.value) }
        case Opcode.writeResponse: return .writeResponse
        case Opcode.notification: return attribute(&reader).map { .notification($0.handle, $0.value) }
        case Opcode.indication: return attribute(&reader).map { .indication($0.handle, $0.value) }
        case Opcode.confirmation: return .confirmation
        case Opcode.multipleNotification: return multiple(&reader)
        default: return .other(opcode, Array(reader.bytes(reader.rest.count) ?? []))
        }
    }

    private static func error(_ reader: inout PacketReader) -> ATTPacket? {
        guard let request = reader.uint8(), let handle = reader.uint16(), let code = reader.uint8() else { return nil }
        return .errorResponse(request: request, handle: handle, ATTErrorCode(rawValue: code))
    }

    /// 3.2.2: zero is no handle.
    private static func handle(_ reader: inout PacketReader) -> UInt16? {
        reader.uint16().flatMap { $0 == 0 ? nil : $0 }
    }

    private static func range(_ reader: inout PacketReader) -> ClosedRange<UInt16>? {
        guard let first = handle(&reader), let last = reader.uint16(), first <= last else { return nil }
        return first...last
    }

    private static func typedRange(_ reader: inout PacketReader) -> (ClosedRange<UInt16>, BluetoothUUID)? {
        guard let range = range(&reader), reader.rest.count == 2 || reader.rest.count == 16,
            let type = BluetoothUUID(littleEndianBytes: reader.rest)
        else { return nil }
        _ = reader.bytes(reader.rest.count)
        return (range, type)
    }

    /// The rest, which no value is longer than (3.2.9).
    private static func value(_ reader: inout PacketReader) -> [UInt8]? {
        guard reader.rest.count <= VitalsHCILimits.attributeBytesMax else { return nil }
        return reader.bytes(reader.rest.count).map(Array.init)
    }

    private static func attribute(_ reader: inout PacketReader) -> Attribute? {
        guard let handle = handle(&reader), let value = value(&reader) else { return nil }
        return Attribute(handle: handle, value: value)
    }

    private static func information(_ reader: inout PacketReader) -> ATTPacket? {
        let lengths: [UInt8: Int] = [1: 2, 2: 16]
        guard let format = reader.uint8(), let length = lengths[format], !reader.isAtEnd else { return nil }
        var found: [TypedHandle] = []
        while !reader.isAtEnd {
            guard let handle = handle(&reader), let bytes = reader.bytes(length),
                let type = BluetoothUUID(littleEndianBytes: bytes)
            else { return nil }
            found.append(TypedHandle(handle: handle, type: type))
        }
        return .findInformationResponse(found)
    }

    private static func attributes(_ reader: inout PacketReader) -> ATTPacket? {
        guard let length = reader.uint8(), length >= 2, !reader.isAtEnd else { return nil }
        var list: [Attribute] = []
        while !reader.isAtEnd {
            guard let handle = handle(&reader), let value = reader.bytes(Int(length) - 2) else { return nil }
            list.append(Attribute(handle: handle, value: Array(value)))
        }
        return .readByTypeResponse(list)
    }

    private static func groups(_ reader: inout PacketReader) -> ATTPacket? {
        guard let length = reader.uint8(), length >= 4, !reader.isAtEnd else { return nil }
        var list: [Group] = []
        while !reader.isAtEnd {
            guard let range = range(&reader), let value = reader.bytes(Int(length) - 4) else { return nil }
            list.append(Group(first: range.lowerBound, last: range.upperBound, value: Array(value)))
        }
        return .readByGroupTypeResponse(list)
    }

    private static func multiple(_ reader: inout PacketReader) -> ATTPacket? {
        var list: [Attribute] = []
        while !reader.isAtEnd {
            guard let handle = handle(&reader), let length = reader.uint16(),
                length <= VitalsHCILimits.attributeBytesMax, let value = reader.bytes(Int(length))
            else { return nil }
            list.append(Attribute(handle: handle, value: Array(value)))
        }
        return list.isEmpty ? nil : .multipleNotification(list)
    }
}
