import VitalsCore
import VitalsModel

extension ATTClient {
    /// The values of a Client Characteristic Configuration (Core 5.4, volume 3, part G, 3.3.3.3).
    static let notifications: [UInt8] = [1, 0]
    static let indications: [UInt8] = [2, 0]
    static let noValues: [UInt8] = [0, 0]

    /// Indications where there are no notifications, else notifications.
    static func subscription(_ characteristic: GATTTable.Characteristic) -> [UInt8] {
        characteristic.remote.properties.contains(.notify) ? notifications : indications
    }

    /// Sends the first request of an operation, or fails it where the table says that it cannot be done.
    mutating func begin(_ queued: Queued, at now: MonotonicTime, into outputs: inout [Output]) {
        let operation = queued.operation
        guard let characteristic = table?[operation.handle] else {
            let words = "the sensor has no characteristic with the handle \(operation.handle)"
            return fail(operation, LinkFailure(.doesNotExist, words), into: &outputs)
        }
        let properties = characteristic.remote.properties
        let request: ATTPacket
        switch operation {
        case .read(let handle):
            guard properties.contains(.read) else { return refuse(operation, "be read", into: &outputs) }
            partOfValue = []
            request = .readRequest(handle)
        case .write(let handle, let value):
            guard properties.contains(.write) else { return refuse(operation, "be written", into: &outputs) }
            guard value.count <= mtu - 3 else {
                let words = "the value has more than \(mtu - 3) bytes, which one ATT request cannot carry here"
                return fail(operation, LinkFailure(.notSupported, words), into: &outputs)
            }
            request = .writeRequest(handle, value)
        case .subscribe(let handle), .unsubscribe(let handle):
            guard !properties.isDisjoint(with: [.notify, .indicate]), let configuration = characteristic.configuration
            else { return refuse(operation, "be subscribed to", into: &outputs) }
            if case .subscribe = operation {
                // From here on, since the first value may overtake the answer.
                subscribed.insert(handle)
                request = .writeRequest(configuration, Self.subscription(characteristic))
            } else {
                guard subscribed.contains(handle) else { return outputs.append(.done(operation)) }
                request = .writeRequest(configuration, Self.noValues)
            }
        }
        current = queued
        send(request, for: .operation(operation), at: now, into: &outputs)
    }

    mutating func refuse(_ operation: ATTOperation, _ verb: String, into outputs: inout [Output]) {
        fail(operation, LinkFailure(.notSupported, "the characteristic cannot \(verb)"), into: &outputs)
    }

    mutating func fail(_ operation: ATTOperation, _ failure: LinkFailure, into outputs: inout [Output]) {
        if case .subscribe(let handle) = operation { subscribed.remove(handle) }
        outputs.append(.failed(operation, failure))
    }

    /// Takes the answer to a request of an operation.
    mutating func complete(
        _ operation: ATTOperation, _ packet: ATTPacket, at now: MonotonicTime, into outputs: inout [Output]
    ) {
        switch (operation, packet) {
        case (.read(let handle), .readResponse(let part)), (.read(let handle), .readBlobResponse(let part)):
            partOfValue += part
            // A part that fills the packet may go on (3.4.4.5).
            if part.count == mtu - 1, partOfValue.count < VitalsHCILimits.attributeBytesMax {
                let next = ATTPacket.readBlobRequest(handle, offset: UInt16(partOfValue.count))
                return send(next, for: .operation(operation), at: now, into: &outputs)
            }
            outputs.append(.value(handle, Array(partOfValue.prefix(VitalsHCILimits.attributeBytesMax))))
        case (.read(let handle), .errorResponse(ATTPacket.Opcode.readBlobRequest, _, let code))
        where code == .invalidOffset || code == .attributeNotLong:
            outputs.append(.value(handle, partOfValue))
        case (.write, .writeResponse), (.subscribe, .writeResponse): break
        case (.unsubscribe(let handle), .writeResponse): subscribed.remove(handle)
        case (_, .errorResponse(_, _, let code)):
            current = nil
            return fail(operation, code.failure, into: &outputs)
        default:
            current = nil
            let words = "the sensor answered with the ATT packet 0x\(Hex.string(CollectionOfOne(packet.opcode)))"
            return fail(operation, LinkFailure(.other, words), into: &outputs)
        }
        current = nil
        outputs.append(.done(operation))
    }
}
