import VitalsCore
import VitalsModel

/// Reads a sensor's table: all primary services, all characteristics, and the configuration descriptor of each that
/// notifies or indicates. A pure machine: `request` is what to ask, `take` what was answered.
///
/// Source: Core 5.4, volume 3, part G, 4.4.1, 4.6.1 and 4.7.1. Every answer must lead to higher handles than the one
/// before, so that no sensor can keep it busy for ever.
struct GATTDiscovery: Sendable {
    /// Why a table cannot be read.
    struct Fault: Error, Hashable, Sendable {
        let failure: LinkFailure
    }

    private struct Service {
        let handles: ClosedRange<UInt16>
        let uuid: BluetoothUUID
    }

    private struct Declaration {
        let handle: UInt16
        var characteristic: GATTTable.Characteristic
    }

    private enum Phase {
        /// Primary services from a handle on.
        case services(from: UInt16)
        /// Declarations of characteristics from a handle on.
        case characteristics(from: UInt16)
        /// The configuration descriptor of a declaration, from a handle on.
        case descriptors(of: Int, in: ClosedRange<UInt16>)
        /// The table is whole.
        case done
    }

    private var phase = Phase.services(from: 1)
    private var services: [Service] = []
    private var declarations: [Declaration] = []
    private var requests = 0

    /// The next request; nil when the table is whole.
    var request: ATTPacket? {
        switch phase {
        case .services(let first): .readByGroupTypeRequest(first...UInt16.max, .primaryService)
        case .characteristics(let first): .readByTypeRequest(first...UInt16.max, .characteristicDeclaration)
        case .descriptors(_, let range): .findInformationRequest(range)
        case .done: nil
        }
    }

    /// The table, once there is nothing more to ask.
    var table: GATTTable { GATTTable(characteristics: declarations.map(\.characteristic)) }

    /// Takes the answer to `request`.
    mutating func take(_ answer: ATTPacket) throws(Fault) {
        requests += 1
        guard requests <= VitalsHCILimits.discoveryRequestsMax else {
            throw Fault("the sensor's GATT table takes more than \(VitalsHCILimits.discoveryRequestsMax) requests")
        }
        switch (phase, answer) {
        case (.services(let first), .readByGroupTypeResponse(let groups)): try take(groups, from: first)
        case (.services, .errorResponse(_, _, .attributeNotFound)): beginCharacteristics()
        case (.characteristics(let first), .readByTypeResponse(let attributes)): try take(attributes, from: first)
        case (.characteristics, .errorResponse(_, _, .attributeNotFound)): nextDescriptors(after: -1)
        case (.descriptors(let index, let range), .findInformationResponse(let found)):
            try take(found, of: index, in: range)
        case (.descriptors(let index, _), .errorResponse(_, _, .attributeNotFound)): nextDescriptors(after: index)
        case (_, .errorResponse(_, _, let code)): throw Fault(failure: code.failure)
        default: throw Fault("the sensor answers a request for its GATT table with something else")
        }
    }

    private mutating func take(_ groups: [ATTPacket.Group], from first: UInt16) throws(Fault) {
        var next = first
        for group in groups {
            guard group.first >= next, let uuid = BluetoothUUID(littleEndianBytes: group.value[...]) else {
                throw Fault("the sensor's list of services is out of order")
            }
            guard services.count < VitalsHCILimits.servicesMax else {
                throw Fault("the sensor has more than \(VitalsHCILimits.servicesMax) services")
            }
            services.append(Service(handles: group.first...group.last, uuid: uuid))
            guard group.last < .max else { return beginCharacteristics() }
            next = group.last + 1
        }
        phase = .services(from: next)
    }

    private mutating func beginCharacteristics() {
        phase = services.isEmpty ? .done : .characteristics(from: 1)
    }

    private mutating func take(_ attributes: [ATTPacket.Attribute], from first: UInt16) throws(Fault) {
        var next = first
        for attribute in attributes {
            var reader = PacketReader(attribute.value)
            guard attribute.handle >= next, attribute.handle < .max, let properties = reader.uint8(),
                let handle = reader.uint16(), handle > attribute.handle,
                let uuid = BluetoothUUID(littleEndianBytes: reader.rest)
            else { throw Fault("the sensor's list of characteristics is out of order") }
            next = attribute.handle + 1
            guard let service = services.first(where: { $0.handles.contains(handle) }) else { continue }
            guard declarations.count < LinkLimits.characteristicsMax else {
                throw Fault("the sensor has more than \(LinkLimits.characteristicsMax) characteristics")
            }
            let remote = RemoteCharacteristic(
                service: service.uuid, uuid: uuid, handle: handle,
                properties: RemoteCharacteristic.Properties(rawValue: properties))
            declarations.append(Declaration(handle: attribute.handle, characteristic: .init(remote: remote)))
        }
        phase = .characteristics(from: next)
    }

    /// Goes on to the next characteristic that has values sent and room for a descriptor behind its value.
    private mutating func nextDescriptors(after index: Int) {
        for next in declarations.indices.dropFirst(index + 1) {
            let remote = declarations[next].characteristic.remote
            guard !remote.properties.isDisjoint(with: [.notify, .indicate]) else { continue }
            let end = services.first { $0.handles.contains(remote.handle) }?.handles.upperBound ?? remote.handle
            let following = next + 1 < declarations.count ? declarations[next + 1].handle - 1 : .max
            guard remote.handle < min(end, following) else { continue }
            phase = .descriptors(of: next, in: remote.handle + 1...min(end, following))
            return
        }
        phase = .done
    }

    private mutating func take(
        _ found: [ATTPacket.TypedHandle], of index: Int, in range: ClosedRange<UInt16>
    ) throws(Fault) {
        var next = range.lowerBound
        for entry in found {
            guard entry.handle >= next, entry.handle <= range.upperBound else {
                throw Fault("the sensor's list of descriptors is out of order")
            }
            if entry.type == .clientCharacteristicConfiguration {
                declarations[index].characteristic.configuration = entry.handle
                return nextDescriptors(after: index)
            }
            guard entry.handle < range.upperBound else { return nextDescriptors(after: index) }
            next = entry.handle + 1
        }
        phase = .descriptors(of: index, in: next...range.upperBound)
    }
}

extension GATTDiscovery.Fault {
    fileprivate init(_ message: String) { failure = LinkFailure(.other, message) }
}
