import VitalsCore
public import VitalsModel

extension VirtualSensor {
    /// A service as the virtual sensors have it.
    public enum ServiceKind: Hashable, Sendable {
        /// Heart Rate, 180D.
        case heartRate
        /// Pulse Oximeter, 1822.
        case pulseOximeter
        /// Battery, 180F.
        case battery
        /// Device Information, 180A.
        case deviceInformation

        /// Its UUID.
        public var uuid: BluetoothUUID {
            switch self {
            case .heartRate: BluetoothUUID(0x180D)
            case .pulseOximeter: BluetoothUUID(0x1822)
            case .battery: BluetoothUUID(0x180F)
            case .deviceInformation: BluetoothUUID(0x180A)
            }
        }

        var isAdvertised: Bool { self == .heartRate || self == .pulseOximeter }

        var members: [Member] {
            switch self {
            case .heartRate:
                [
                    Member(.heartRateMeasurement, .notify, period: .milliseconds(500)),
                    Member(.bodySensorLocation, .read, value: [1]),
                    Member(BluetoothUUID(0x2A39), .write),
                ]
            case .pulseOximeter:
                [
                    Member(.plxSpotCheckMeasurement, .indicate),
                    Member(.plxContinuousMeasurement, .notify, period: .milliseconds(500)),
                    Member(.plxFeatures, .read, value: [0x44, 0x00]),
                    Member(.recordAccessControlPoint, [.write, .indicate]),
                ]
            case .battery: [Member(.batteryLevel, [.read, .notify], value: [87])]
            case .deviceInformation:
                [
                    Member(.manufacturerName, .read, value: Array("Virtual".utf8)),
                    Member(.modelNumber, .read, value: Array("Bench sensor".utf8)),
                    Member(.serialNumber, .read, value: Array("0001".utf8)),
                ]
            }
        }
    }

    /// A characteristic of a service.
    struct Member {
        let uuid: BluetoothUUID
        let properties: RemoteCharacteristic.Properties
        let value: [UInt8]?
        let period: MonotonicTime.Span?

        init(
            _ uuid: BluetoothUUID, _ properties: RemoteCharacteristic.Properties, value: [UInt8]? = nil,
            period: MonotonicTime.Span? = nil
        ) {
            self.uuid = uuid
            self.properties = properties
            self.value = value
            self.period = period
        }
    }
}

extension VirtualSensor {
    /// A valid value that carries a number: 2A37 in Energy Expended (16 bits), 2A5F and 2A5E in the mantissa of the Pulse
    /// Amplitude Index (modulo 2000), 2A19 as 100 - n % 101.
    public static func ramp(_ uuid: BluetoothUUID, _ number: UInt64) -> [UInt8] {
        let rate = UInt16(60 + number % 40)
        let saturation = UInt16(95 + number % 5)
        switch uuid {
        case .heartRateMeasurement:
            return [0x1E, UInt8(rate)] + word(UInt16(truncatingIfNeeded: number)) + word(61_440 / rate)
        case .plxContinuousMeasurement: return [0x10] + word(saturation) + word(rate) + word(amplitude(number))
        case .plxSpotCheckMeasurement: return [0x08] + word(saturation) + word(rate) + word(amplitude(number))
        case .batteryLevel: return [100 - UInt8(number % 101)]
        default: return word(UInt16(truncatingIfNeeded: number))
        }
    }

    /// The number that a value of a ramp carries, and after how many it begins anew; nil when it is no such value.
    public static func number(_ uuid: BluetoothUUID, _ bytes: [UInt8]) -> (number: UInt64, modulus: UInt64)? {
        switch uuid {
        case .heartRateMeasurement:
            guard bytes.count >= 6, bytes[0] == 0x1E else { return nil }
            return (UInt64(bytes[2]) | UInt64(bytes[3]) << 8, 65_536)
        case .plxContinuousMeasurement, .plxSpotCheckMeasurement:
            guard bytes.count == 7 else { return nil }
            return ((UInt64(bytes[5]) | UInt64(bytes[6]) << 8) & 0x0FFF, 2_000)
        default: return nil
        }
    }

    /// What a sensor answers to a write: an ATT error, or the indications that follow.
    public enum WriteAnswer: Hashable, Sendable {
        /// The ATT error code.
        case refused(UInt8)
        /// Done; these values are indicated, in order.
        case done([Indication])
    }

    /// A value that is sent because it was asked for.
    public struct Indication: Hashable, Sendable {
        /// The handle of the value.
        public var handle: UInt16
        /// The value.
        public var bytes: [UInt8]
    }

    /// Takes a written value. Of the Record Access Control Point it knows: report all, delete all, count all, abort.
    public mutating func write(_ handle: UInt16, _ bytes: [UInt8]) -> WriteAnswer {
        guard let characteristic = characteristic(handle), characteristic.properties.contains(.write) else {
            return .refused(0x03)
        }
        guard characteristic.uuid == .recordAccessControlPoint else {
            if characteristic.uuid == BluetoothUUID(0x2A39), bytes != [1] { return .refused(0x80) }
            values[handle] = bytes
            return .done([])
        }
        guard let records = self.handle(.plxSpotCheckMeasurement), let operation = bytes.first else {
            return .refused(0x0D)
        }
        let success = Indication(handle: handle, bytes: [6, 0, operation, 1])
        switch bytes {
        case [1, 1]:
            guard !stored.isEmpty else { return .done([Indication(handle: handle, bytes: [6, 0, 1, 6])]) }
            return .done(stored.map { Indication(handle: records, bytes: $0) } + [success])
        case [2, 1]:
            stored = []
            return .done([success])
        case [3, 0]: return .done([success])
        case [4, 1]:
            return .done([Indication(handle: handle, bytes: [5, 0] + Self.word(UInt16(stored.count)))])
        default: return .done([Indication(handle: handle, bytes: [6, 0, operation, 2])])
        }
    }

    private static func amplitude(_ number: UInt64) -> UInt16 { 0xE000 | UInt16(number % 2_000) }

    private static func word(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
}
