import VitalsCore
import VitalsModel

/// What Read Controller Information says of an adapter, as far as it is needed.
struct ControllerInformation: Hashable, Sendable {
    /// The settings of a controller, supported or current (doc/mgmt-api.txt, Read Controller Information).
    struct Settings: OptionSet, Hashable, Sendable {
        let rawValue: UInt32

        static let powered = Settings(rawValue: 1 << 0)
        static let bondable = Settings(rawValue: 1 << 4)
        static let lowEnergy = Settings(rawValue: 1 << 9)
    }

    /// Its public address; zero when it has none.
    var address: SensorAddress
    /// What it can do.
    var supported: Settings
    /// What is switched on.
    var current: Settings

    init(address: SensorAddress, supported: Settings, current: Settings) {
        self.address = address
        self.supported = supported
        self.current = current
    }

    /// Decodes the answer; nil when it is too short: address, HCI version, manufacturer, both settings, and more.
    init?(_ parameters: [UInt8]) {
        var reader = PacketReader(parameters)
        guard let address = reader.address(), reader.uint8() != nil, reader.uint16() != nil,
            let supported = reader.uint32(), let current = reader.uint32()
        else { return nil }
        self.init(
            address: address, supported: Settings(rawValue: supported), current: Settings(rawValue: current))
    }

    /// Whether links can be made: switched on, and LE with it.
    var isUsable: Bool { current.isSuperset(of: [.powered, .lowEnergy]) }
}
