public import VitalsCore
public import VitalsModel

/// A strap or an oximeter without a radio: what it advertises, its GATT table, what it answers and what it sends.
///
/// The twin in memory and the fake of org.bluez carry the same sensors, so that one test speaks to both.
public struct VirtualSensor: Sendable {
    /// Its identity address.
    public var address: SensorAddress
    /// The name that it gives itself.
    public var name: String
    /// The services that it advertises.
    public var services: [BluetoothUUID]
    /// Its GATT table in the order of the handles.
    public var table: [RemoteCharacteristic]
    /// What can be read, by the handle of the value.
    public var values: [UInt16: [UInt8]] = [:]
    /// The period of what is sent by itself, by the handle of the value; the values are `ramp`s.
    public var periods: [UInt16: MonotonicTime.Span] = [:]
    /// Stored spot checks, oldest first.
    public var stored: [[UInt8]] = []
    /// What the Bluetooth service says of the battery by itself, %; nil when it says nothing.
    public var battery: UInt8?
    /// Received signal strength, dBm.
    public var rssi: Int8 = -50
    /// Whether reading and subscribing need a bond.
    public var requiresBond = false
    /// Whether gateway and sensor hold a bond at the start.
    public var isBonded = false
    /// The passkey that it shows and asks for; nil: it has neither display nor keys (Just Works).
    public var passkey: UInt32?
    /// Time between two advertisements as the adapter reports them.
    public var advertisingPeriod = MonotonicTime.Span.milliseconds(500)
    /// How many values of each handle were made so far: the number of the next one.
    public private(set) var sequences: [UInt16: UInt64] = [:]

    /// A sensor with a table of these services.
    public init(address: SensorAddress, name: String, services: [ServiceKind]) {
        self.address = address
        self.name = name
        self.services = services.filter(\.isAdvertised).map(\.uuid)
        table = []
        var handle: UInt16 = 0x0010
        for service in services {
            handle += 1  // The service declaration.
            for member in service.members {
                // Declaration, value and, where values are sent, the client characteristic configuration.
                table.append(
                    RemoteCharacteristic(
                        service: service.uuid, uuid: member.uuid, handle: handle + 1, properties: member.properties))
                let isSent = !member.properties.isDisjoint(with: [.notify, .indicate])
                if let value = member.value { values[handle + 1] = value }
                if let period = member.period { periods[handle + 1] = period }
                handle += isSent ? 3 : 2
            }
        }
        if services.contains(.battery) { battery = 87 }
    }

    /// A heart-rate strap, `C0:00:00:00:00:01` being number 1.
    public static func strap(_ number: UInt8) -> VirtualSensor {
        VirtualSensor(
            address: address(number), name: "Strap \(number)", services: [.heartRate, .battery, .deviceInformation])
    }

    /// A pulse oximeter that sends continuously and stores spot checks.
    public static func oximeter(_ number: UInt8, stored: Int = 3) -> VirtualSensor {
        var sensor = VirtualSensor(
            address: address(number), name: "Oximeter \(number)", services: [.pulseOximeter, .deviceInformation])
        sensor.stored = (0..<stored).map { VirtualSensor.ramp(.plxSpotCheckMeasurement, UInt64(1_000 + $0)) }
        return sensor
    }

    /// A sensor with both services.
    public static func both(_ number: UInt8) -> VirtualSensor {
        VirtualSensor(
            address: address(number), name: "Both \(number)",
            services: [.heartRate, .pulseOximeter, .battery, .deviceInformation])
    }

    /// `C0:00:00:00:00:NN`, a random static address.
    public static func address(_ number: UInt8) -> SensorAddress {
        SensorAddress(rawValue: 0xC000_0000_0000 + UInt64(number))
    }

    /// The handle of the first characteristic of this kind.
    public func handle(_ uuid: BluetoothUUID) -> UInt16? { table.first { $0.uuid == uuid }?.handle }

    /// The characteristic at a handle.
    public func characteristic(_ handle: UInt16) -> RemoteCharacteristic? { table.first { $0.handle == handle } }

    /// Its table without characteristics of some kinds.
    public func lacking(_ uuids: Set<BluetoothUUID>) -> VirtualSensor {
        var other = self
        other.table.removeAll { uuids.contains($0.uuid) }
        return other
    }

    /// The next value of a handle's ramp.
    public mutating func next(_ handle: UInt16) -> [UInt8]? {
        guard let characteristic = characteristic(handle) else { return nil }
        let number = sequences[handle, default: 0]
        sequences[handle] = number + 1
        return Self.ramp(characteristic.uuid, number)
    }
}
