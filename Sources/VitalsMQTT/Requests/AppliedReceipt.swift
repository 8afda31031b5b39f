import VitalsJSON

/// The far side says that it has applied every record up to a sequence, wherever it keeps them: from then on they are
/// safe, whatever becomes of the broker.
///
///     vitals/v1/ward-3/request/receipt
///     {"applied":1200,"epoch":"00…01","gateway":"ward-3","mac":"51…"}
public struct AppliedReceipt: Hashable, Sendable {
    /// The gateway's name.
    public var gateway: String
    /// The epoch of its journal.
    public var epoch: String
    /// Every record up to here is applied, or the ledger told that it was dropped.
    public var applied: UInt64

    /// A receipt.
    public init(gateway: String, epoch: String, applied: UInt64) {
        self.gateway = gateway
        self.epoch = epoch
        self.applied = applied
    }

    /// What the code is computed over: three lines, without a line break at the end.
    public var signedText: String {
        """
        vitals/v1/\(gateway)/request/receipt
        epoch=\(epoch)
        applied=\(applied)
        """
    }

    /// The message that carries it.
    public func message(key: RequestKey) throws(MQTTError) -> MQTTMessage {
        var writer = JSONWriter()
        writer.object { json in
            json.member("applied", applied)
            json.member("epoch", epoch)
            json.member("gateway", gateway)
            json.member("mac", key.code(of: signedText))
        }
        return MQTTMessage(
            topic: try Topics(gateway: gateway).receipt, payload: writer.bytes, contentType: "application/json")
    }

    /// Reads a message; nil for anything that is not a receipt.
    package init?(_ message: MQTTMessage) {
        guard message.payload.count <= VitalsMQTTLimits.requestBytesMax,
            let json = try? JSONParser.parse(message.payload), let gateway = json["gateway"]?.string,
            let epoch = json["epoch"]?.string, let applied = json["applied"]?.number.flatMap({ UInt64($0.text) })
        else { return nil }
        self.init(gateway: gateway, epoch: epoch, applied: applied)
    }
}
