public import VitalsCore
import VitalsModel

/// The topics of one gateway, all below `vitals/v1/<gateway>/`. They hold no name of a person.
public struct Topics: Hashable, Sendable {
    /// The gateway's name.
    public let gateway: String

    /// The topics of a gateway; an error when its name could not stand in a topic.
    public init(gateway: String) throws(MQTTError) {
        let isGood = (1...VitalsMQTTLimits.gatewayNameMax).contains(gateway.utf8.count)
        guard isGood, gateway.utf8.allSatisfy(Self.isNameCharacter) else {
            throw MQTTError(
                .invalidSettings, operation: "gateway name",
                message: "it must be 1 to \(VitalsMQTTLimits.gatewayNameMax) of A-Z a-z 0-9 _ -")
        }
        self.gateway = gateway
    }

    /// Whether the gateway is online: retained, and the will.
    public var status: String { "vitals/v1/\(gateway)/status" }

    /// Everything of this gateway.
    public var all: String { "vitals/v1/\(gateway)/#" }

    /// Everything of all gateways.
    public static let everything = "vitals/v1/#"

    /// Where the far side asks for records again.
    public var replayRequest: String { "vitals/v1/\(gateway)/request/replay" }

    /// Where the far side says what it has applied.
    public var receipt: String { "vitals/v1/\(gateway)/request/receipt" }

    /// Everything that the far side may ask.
    var requests: String { "vitals/v1/\(gateway)/request/+" }

    /// The topic of an entry of the journal's ledger.
    public func topic(of kind: LedgerEntry.Kind) -> String { "vitals/v1/\(gateway)/journal/\(kind.rawValue)" }

    /// The one topic of a record. What is about the gateway stands directly below its name.
    public func topic(of record: Record) -> String {
        let place = record.sensor.map { "vitals/v1/\(gateway)/\($0.compact)" } ?? "vitals/v1/\(gateway)"
        return switch record.kind {
        case .samples: "\(place)/samples"
        case .finding: "\(place)/findings"
        case .alarm where Self.isSubject(record.subject): "\(place)/alarms/\(record.subject)"
        case .absence: "\(place)/absence"
        case .start, .alarm, .link, .malformed, .device, .clock: "\(place)/events"
        }
    }

    /// Whether the broker keeps the record as the state of its topic: an alarm condition, and nothing else, since a value
    /// that is kept would be shown long after it was true (lesson 41).
    public func isRetained(_ record: Record) -> Bool {
        record.kind == .alarm && Self.isSubject(record.subject)
    }

    /// Lower-case letters, digits and hyphens: anything else could break out of its level of the topic.
    private static func isSubject(_ subject: String) -> Bool {
        !subject.isEmpty && subject.utf8.allSatisfy { isNameCharacter($0) && !(0x41...0x5A).contains($0) && $0 != 0x5F }
    }

    private static func isNameCharacter(_ character: UInt8) -> Bool {
        switch character {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
