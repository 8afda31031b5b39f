import VitalsModel

@testable import VitalsHCI

/// The server side of an ATT channel: what a sensor answers, and what it says by itself.
struct FakeSensor {
    struct Characteristic {
        var uuid: BluetoothUUID
        var properties: UInt8
        var value: [UInt8] = []
        var hasConfiguration = true
        /// The error that reading and writing bring, if any.
        var error: ATTErrorCode?
    }

    struct Attribute {
        var handle: UInt16
        var type: BluetoothUUID
        var value: [UInt8]
        var groupEnd: UInt16 = 0
        var error: ATTErrorCode?
    }

    static let notify: UInt8 = 0x10
    static let indicate: UInt8 = 0x20
    static let read: UInt8 = 0x02
    static let write: UInt8 = 0x08

    private(set) var attributes: [Attribute] = []
    var mtuOffer: UInt16 = 517
    var mtu = 23
    /// Requests that came, in order.
    var requests: [ATTPacket] = []

    /// A heart rate strap with battery and Service Changed.
    static func strap() -> FakeSensor {
        FakeSensor([
            (BluetoothUUID(0x1801), [Characteristic(uuid: .serviceChanged, properties: indicate)]),
            (
                BluetoothUUID(0x180D),
                [
                    Characteristic(uuid: BluetoothUUID(0x2A37), properties: notify),
                    Characteristic(uuid: BluetoothUUID(0x2A38), properties: read, value: [1]),
                    Characteristic(uuid: BluetoothUUID(0x2A39), properties: write),
                ]
            ),
            (
                BluetoothUUID(0x180F),
                [Characteristic(uuid: BluetoothUUID(0x2A19), properties: read | notify, value: [87])]
            ),
        ])
    }

    init(_ services: [(BluetoothUUID, [Characteristic])]) {
        var handle: UInt16 = 0
        for (uuid, characteristics) in services {
            handle += 1
            let service = attributes.count
            attributes.append(Attribute(handle: handle, type: .primaryService, value: uuid.littleEndianBytes))
            for characteristic in characteristics {
                let uuid = characteristic.uuid
                attributes.append(
                    Attribute(
                        handle: handle + 1, type: .characteristicDeclaration,
                        value: [characteristic.properties] + (handle + 2).littleEndianBytes + uuid.littleEndianBytes))
                attributes.append(
                    Attribute(handle: handle + 2, type: uuid, value: characteristic.value, error: characteristic.error))
                handle += 2
                if characteristic.properties & 0x30 != 0, characteristic.hasConfiguration {
                    handle += 1
                    attributes.append(
                        Attribute(
                            handle: handle, type: .clientCharacteristicConfiguration, value: [0, 0],
                            error: characteristic.error))
                }
            }
            attributes[service].groupEnd = handle
        }
    }

    /// The handle of a characteristic's value.
    func handle(_ uuid: UInt16) -> UInt16 {
        attributes.first { $0.type == BluetoothUUID(uuid) }?.handle ?? 0
    }

    /// What the configuration descriptor behind a characteristic holds: 1 notifications, 2 indications.
    func configuration(_ uuid: UInt16) -> UInt8 {
        attributes.first { $0.handle > handle(uuid) && $0.type == .clientCharacteristicConfiguration }?.value.first ?? 0
    }

    /// The answer to a packet; nil for what is not answered.
    mutating func answer(_ bytes: [UInt8]) -> [UInt8]? {
        guard let packet = try? ATTPacket(bytes) else { return nil }
        if packet != .confirmation { requests.append(packet) }
        return reply(packet)?.bytes
    }

    private mutating func reply(_ packet: ATTPacket) -> ATTPacket? {
        switch packet {
        case .exchangeMTURequest(let offer):
            mtu = max(23, Int(min(offer, mtuOffer)))
            return .exchangeMTUResponse(mtuOffer)
        case .readByGroupTypeRequest(let range, let type):
            let found = listed(range, type) { 4 + $0.value.count }
            if found.isEmpty { return refusal(packet, range.lowerBound, .attributeNotFound) }
            return .readByGroupTypeResponse(
                found.map { ATTPacket.Group(first: $0.handle, last: $0.groupEnd, value: $0.value) })
        case .readByTypeRequest(let range, let type):
            let found = listed(range, type) { 2 + $0.value.count }
            if found.isEmpty { return refusal(packet, range.lowerBound, .attributeNotFound) }
            return .readByTypeResponse(found.map { ATTPacket.Attribute(handle: $0.handle, value: $0.value) })
        case .findInformationRequest(let range):
            let all = attributes.filter { range.contains($0.handle) }
            guard let first = all.first else { return refusal(packet, range.lowerBound, .attributeNotFound) }
            let alike = all.prefix { ($0.type.short == nil) == (first.type.short == nil) }.prefix((mtu - 2) / 18 + 1)
            return .findInformationResponse(alike.map { ATTPacket.TypedHandle(handle: $0.handle, type: $0.type) })
        case .readRequest(let handle), .readBlobRequest(let handle, _):
            return read(packet, handle)
        case .writeRequest(let handle, let value):
            guard let index = attributes.firstIndex(where: { $0.handle == handle }) else {
                return refusal(packet, handle, .invalidHandle)
            }
            if let error = attributes[index].error { return refusal(packet, handle, error) }
            attributes[index].value = value
            return .writeResponse
        default: return nil
        }
    }

    private func read(_ packet: ATTPacket, _ handle: UInt16) -> ATTPacket {
        guard let attribute = attributes.first(where: { $0.handle == handle }) else {
            return refusal(packet, handle, .invalidHandle)
        }
        if let error = attribute.error { return refusal(packet, handle, error) }
        guard case .readBlobRequest(_, let offset) = packet else {
            return .readResponse(Array(attribute.value.prefix(mtu - 1)))
        }
        guard offset <= attribute.value.count else { return refusal(packet, handle, .invalidOffset) }
        return .readBlobResponse(Array(attribute.value.dropFirst(Int(offset)).prefix(mtu - 1)))
    }

    /// Attributes of a type with values of one length, as many as fit into a packet.
    private func listed(
        _ range: ClosedRange<UInt16>, _ type: BluetoothUUID, _ size: (Attribute) -> Int
    ) -> [Attribute] {
        let all = attributes.filter { range.contains($0.handle) && $0.type == type }
        guard let first = all.first else { return [] }
        return Array(all.prefix { $0.value.count == first.value.count }.prefix((mtu - 2) / size(first)))
    }

    private func refusal(_ packet: ATTPacket, _ handle: UInt16, _ code: ATTErrorCode) -> ATTPacket {
        .errorResponse(request: packet.opcode, handle: handle, code)
    }
}
