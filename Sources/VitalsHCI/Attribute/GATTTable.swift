import VitalsCore
import VitalsModel

/// The table of a sensor as its discovery found it.
struct GATTTable: Hashable, Sendable {
    /// A characteristic with its Client Characteristic Configuration, where it has one.
    struct Characteristic: Hashable, Sendable {
        var remote: RemoteCharacteristic
        /// The handle of the descriptor 2902 (Core 5.4, volume 3, part G, 3.3.3.3).
        var configuration: UInt16?
    }

    /// In the order of their handles.
    var characteristics: [Characteristic] = []

    /// The characteristic whose value has this handle.
    subscript(handle: UInt16) -> Characteristic? { characteristics.first { $0.remote.handle == handle } }

    /// Service Changed, by which a sensor says that its table is another one now (volume 3, part G, 7.1).
    var serviceChanged: Characteristic? {
        characteristics.first { $0.remote.uuid == .serviceChanged && $0.remote.properties.contains(.indicate) }
    }
}

extension BluetoothUUID {
    /// Primary Service.
    static let primaryService = BluetoothUUID(0x2800)
    /// Characteristic.
    static let characteristicDeclaration = BluetoothUUID(0x2803)
    /// Client Characteristic Configuration.
    static let clientCharacteristicConfiguration = BluetoothUUID(0x2902)
    /// Service Changed.
    static let serviceChanged = BluetoothUUID(0x2A05)
}
