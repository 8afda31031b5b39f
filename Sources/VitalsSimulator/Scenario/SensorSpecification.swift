public import VitalsModel

/// One sensor of a scenario, or many alike.
public struct SensorSpecification: Hashable, Sendable {
    /// Its Bluetooth address; copies count up from it.
    public var address: SensorAddress
    /// Which services it offers.
    public var kind = SensorKind.strap
    /// Where it is worn (Body Sensor Location, read at connection); the kind's usual place unless given.
    public var placement: BodyPlacement?
    /// How many sensors of this kind there are, each with its own address, body and random numbers.
    public var copies: Int64 = 1
    /// Sensors of one subject share a heart; the address unless given. Copy n shares with copy n.
    public var subject: String?
    /// The heart; stands in the first sensor of a subject only.
    public var heart: HeartParameters?
    /// How a strap reports.
    public var strap = StrapParameters()
    /// The oxygen saturation, and how an oximeter reports it.
    public var oximeter = OximeterParameters()
    /// The radio link.
    public var link = LinkParameters()
    /// Device information, battery and clock.
    public var device = DeviceParameters()

    /// A strap with default parameters.
    public init(address: SensorAddress, kind: SensorKind = .strap) {
        self.address = address
        self.kind = kind
    }
}

/// Which services a sensor offers.
public enum SensorKind: String, CaseIterable, Sendable {
    /// Heart Rate Service: notifies 2A37.
    case strap
    /// Pulse Oximeter Service: notifies 2A5F, indicates 2A5E.
    case oximeter
    /// Both services on one link.
    case both

    /// It notifies 2A37.
    var hasHeartRate: Bool { self != .oximeter }
    /// It notifies 2A5F.
    var hasOximetry: Bool { self != .strap }
}

/// Where a sensor is worn: the values of Body Sensor Location (2A38).
public enum BodyPlacement: String, CaseIterable, Sendable {
    /// Elsewhere.
    case other
    /// On the chest.
    case chest
    /// On the wrist.
    case wrist
    /// On a finger.
    case finger
    /// On the hand.
    case hand
    /// On the ear lobe.
    case earLobe = "ear-lobe"
    /// On the foot.
    case foot

    /// The octet on the wire.
    var octet: UInt8 {
        switch self {
        case .other: 0
        case .chest: 1
        case .wrist: 2
        case .finger: 3
        case .hand: 4
        case .earLobe: 5
        case .foot: 6
        }
    }
}

extension SensorSpecification: Decodable {
    /// The keys of a `[[sensor]]` table.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case address, kind, placement, copies, subject, heart, strap, oximeter, link, device
    }

    /// Reads a sensor; only its address is required.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        guard let address = try keys.text(.address).flatMap({ SensorAddress($0) }) else {
            throw ScenarioError(
                key: keys.path(of: .address), message: "an address such as \"C0:00:00:00:00:01\" is expected")
        }
        self.init(address: address, kind: try keys.choice(SensorKind.self, .kind) ?? .strap)
        placement = try keys.choice(BodyPlacement.self, .placement)
        copies = try keys.whole(.copies, copies)
        subject = try keys.text(.subject)
        heart = try keys.table(HeartParameters.self, .heart)
        strap = try keys.table(StrapParameters.self, .strap) ?? strap
        oximeter = try keys.table(OximeterParameters.self, .oximeter) ?? oximeter
        link = try keys.table(LinkParameters.self, .link) ?? link
        device = try keys.table(DeviceParameters.self, .device) ?? device
    }
}
