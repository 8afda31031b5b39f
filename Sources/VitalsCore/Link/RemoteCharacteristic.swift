public import VitalsModel

/// A characteristic in a sensor's GATT table.
public struct RemoteCharacteristic: Hashable, Sendable {
    /// The service that it belongs to.
    public var service: BluetoothUUID
    /// What it is.
    public var uuid: BluetoothUUID
    /// The handle of its value; the declaration stands one below (Core 5.4, volume 3, part G, 3.3.1).
    public var handle: UInt16
    /// What can be done with it.
    public var properties: Properties

    /// A characteristic.
    public init(service: BluetoothUUID, uuid: BluetoothUUID, handle: UInt16, properties: Properties) {
        self.service = service
        self.uuid = uuid
        self.handle = handle
        self.properties = properties
    }

    /// The characteristic properties (Core 5.4, volume 3, part G, 3.3.1.1).
    public struct Properties: OptionSet, Hashable, Sendable {
        /// The octet of the declaration.
        public let rawValue: UInt8
        /// From the octet of the declaration.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The value can be read.
        public static let read = Properties(rawValue: 0x02)
        /// The value can be written without a response.
        public static let writeWithoutResponse = Properties(rawValue: 0x04)
        /// The value can be written.
        public static let write = Properties(rawValue: 0x08)
        /// The value can be notified.
        public static let notify = Properties(rawValue: 0x10)
        /// The value can be indicated.
        public static let indicate = Properties(rawValue: 0x20)
    }
}
