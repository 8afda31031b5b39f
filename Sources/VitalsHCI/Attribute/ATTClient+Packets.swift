import VitalsCore
import VitalsModel

/// What the sensor sends.
extension ATTClient {
    /// Takes a packet.
    mutating func receive(_ bytes: [UInt8], at now: MonotonicTime, into outputs: inout [Output]) {
        guard !isBroken else { return }
        let packet: ATTPacket
        do throws(MalformedATTPacket) {
            packet = try ATTPacket(bytes)
        } catch {
            return receive(error, at: now, into: &outputs)
        }
        switch packet {
        case .notification(let handle, let value): pass(handle, value, into: &outputs)
        case .multipleNotification(let values):
            for entry in values { pass(entry.handle, entry.value, into: &outputs) }
        case .indication(let handle, let value):
            pass(handle, value, into: &outputs)
            outputs.append(.send(ATTPacket.confirmation.bytes))
            if handle == table?.serviceChanged?.remote.handle { tableChanged(at: now, into: &outputs) }
        case .errorResponse(let request, _, _): answer(packet, to: request, at: now, into: &outputs)
        case let packet where ATTPacket.Opcode.isResponse(packet.opcode):
            answer(packet, to: packet.opcode - 1, at: now, into: &outputs)
        case .confirmation: break
        default: if let reply = Self.reply(to: packet) { outputs.append(.send(reply.bytes)) }
        }
    }

    /// A malformed response is still the response; a malformed request is still to be answered; a malformed indication
    /// is confirmed, or the sensor would send no other one. What it was about is lost, and counted.
    mutating func receive(
        _ malformed: MalformedATTPacket, at now: MonotonicTime, into outputs: inout [Output]
    ) {
        malformedPackets += 1
        guard malformedPackets <= VitalsHCILimits.malformedPacketsMax else {
            return breakOff(LinkFailure(.other, "too many malformed packets; the last: \(malformed)"), into: &outputs)
        }
        guard let opcode = malformed.opcode else { return }
        switch opcode {
        case ATTPacket.Opcode.indication: outputs.append(.send(ATTPacket.confirmation.bytes))
        case ATTPacket.Opcode.notification, ATTPacket.Opcode.multipleNotification, ATTPacket.Opcode.confirmation: break
        case let opcode where ATTPacket.Opcode.isResponse(opcode):
            guard let transaction else { return }
            self.transaction = nil
            let failure = LinkFailure(.other, "the sensor's answer cannot be read: \(malformed)")
            settle(transaction.purpose, failure, into: &outputs)
            advance(at: now, into: &outputs)
        case let opcode where !ATTPacket.Opcode.isCommand(opcode):
            outputs.append(.send(ATTPacket.errorResponse(request: opcode, handle: 0, .invalidPDU).bytes))
        default: break
        }
    }

    /// Values of what nobody here subscribed to are not passed on: a bonded sensor may remember an earlier subscription.
    func pass(_ handle: UInt16, _ value: [UInt8], into outputs: inout [Output]) {
        if subscribed.contains(handle) { outputs.append(.value(handle, value)) }
    }

    /// What a server without attributes answers (3.4.1.1, and each request's own clause); nil for what is no request.
    private static func reply(to packet: ATTPacket) -> ATTPacket? {
        let refuse = { (handle: UInt16, code: ATTErrorCode) in
            ATTPacket.errorResponse(request: packet.opcode, handle: handle, code)
        }
        switch packet {
        case .exchangeMTURequest: return .exchangeMTUResponse(UInt16(VitalsHCILimits.mtuMax))
        case .findInformationRequest(let range), .readByTypeRequest(let range, _),
            .readByGroupTypeRequest(let range, _):
            return refuse(range.lowerBound, .attributeNotFound)
        case .readRequest(let handle), .readBlobRequest(let handle, _), .writeRequest(let handle, _):
            return refuse(handle, .invalidHandle)
        case .other(ATTPacket.Opcode.findByTypeValueRequest, let body):
            var reader = PacketReader(body)
            return refuse(reader.uint16() ?? 0, .attributeNotFound)
        case .other(let opcode, _): return ATTPacket.Opcode.isCommand(opcode) ? nil : refuse(0, .requestNotSupported)
        default: return nil
        }
    }
}
