import VitalsModel

/// What a device says of itself while it advertises, as far as it is needed: its name and its services.
///
/// Source: Core Specification Supplement, part A, 1.1 and 1.2; the structure: Core 5.4, volume 3, part C, 11. What is
/// cut or damaged is left out, with all that follows it.
struct AdvertisingData: Hashable, Sendable {
    private enum Kind {
        static let incomplete16: UInt8 = 0x02
        static let complete16: UInt8 = 0x03
        static let incomplete32: UInt8 = 0x04
        static let complete32: UInt8 = 0x05
        static let incomplete128: UInt8 = 0x06
        static let complete128: UInt8 = 0x07
        static let shortenedName: UInt8 = 0x08
        static let completeName: UInt8 = 0x09
    }

    /// The name that it gives itself, the complete one if it says both.
    var name: String?
    /// The services that it says it has.
    var services: [BluetoothUUID] = []

    /// Nothing.
    init() {}

    /// Reads the structures one after another: length, type, data. A length of zero ends them early.
    init(_ bytes: ArraySlice<UInt8>) {
        var reader = PacketReader(bytes.prefix(VitalsHCILimits.advertisingBytesMax))
        var hasCompleteName = false
        while let length = reader.uint8(), length > 0, let structure = reader.bytes(Int(length)),
            let type = structure.first
        {
            let data = structure.dropFirst()
            switch type {
            case Kind.incomplete16, Kind.complete16: add(data, 2)
            case Kind.incomplete32, Kind.complete32: add(data, 4)
            case Kind.incomplete128, Kind.complete128: add(data, 16)
            case Kind.shortenedName where !hasCompleteName, Kind.completeName:
                name = Self.text(data)
                hasCompleteName = type == Kind.completeName
            default: break
            }
        }
    }

    private mutating func add(_ list: ArraySlice<UInt8>, _ size: Int) {
        var reader = PacketReader(list)
        while services.count < VitalsHCILimits.advertisedServicesMax, let bytes = reader.bytes(size),
            let uuid = BluetoothUUID(littleEndianBytes: bytes)
        {
            if !services.contains(uuid) { services.append(uuid) }
        }
    }

    /// Text without the NULs that some pad it with, and without control characters, which have no place in a log.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: bytes.prefix { $0 != 0 }.prefix(VitalsHCILimits.nameBytesMax), as: UTF8.self)
        let shown = text.unicodeScalars.filter {
            !$0.properties.isNoncharacterCodePoint && $0.value >= 32 && !(127..<160).contains($0.value)
        }
        return shown.isEmpty ? nil : String(String.UnicodeScalarView(shown))
    }

    /// Takes what a later report of the same device says: devices spread it over advertisement and scan response.
    mutating func merge(_ other: AdvertisingData) {
        name = other.name ?? name
        for service in other.services
        where services.count < VitalsHCILimits.advertisedServicesMax && !services.contains(service) {
            services.append(service)
        }
    }
}
