import VitalsModel

/// Which sensors the gateway reads: those listed by their identity address, those it holds a bond with, and those that
/// advertise an admitted service, as far as the configuration says so.
///
/// A name never admits: anybody can take any name.
struct Admission: Sendable {
    private let listed: Set<SensorAddress>
    private let admitsBonded: Bool
    private let services: [BluetoothUUID]

    /// Why a sensor is read.
    enum Reason: String, Hashable, Sendable {
        case listed
        case bonded
        case service
    }

    init(_ configuration: LinkConfiguration) {
        listed = Set(configuration.sensors.keys)
        admitsBonded = configuration.admitsBonded
        services = configuration.admittedServices
    }

    /// Why the sensor is read; nil when it is not.
    func reason(for advertisement: Advertisement) -> Reason? {
        if listed.contains(advertisement.sensor) { return .listed }
        if admitsBonded, advertisement.isBonded { return .bonded }
        if services.contains(where: advertisement.services.contains) { return .service }
        return nil
    }

    /// Whether sensors may be admitted that are not known yet, so that discovery goes on while there is room for them.
    var isOpen: Bool { admitsBonded || !services.isEmpty }

    /// The services to discover; empty for all. Listed and bonded sensors need not advertise any.
    var discoveredServices: [BluetoothUUID] { listed.isEmpty && !admitsBonded ? services : [] }
}
