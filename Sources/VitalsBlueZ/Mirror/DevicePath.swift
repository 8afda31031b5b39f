import VitalsCore

/// The object path of a device: `/org/bluez/hci0/dev_C0_00_00_00_00_01`.
///
/// The address in it is the one that the device was first heard with; `Device1.Address` is the one that counts.
struct DevicePath: Hashable, Comparable {
    let text: String
    let adapter: AdapterIndex

    /// Nil for what is no device.
    init?(_ path: some StringProtocol) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "org", parts[2] == "bluez",
            let adapter = AdapterIndex(name: parts[3]), parts[4].hasPrefix("dev_")
        else { return nil }
        self.adapter = adapter
        text = String(path)
    }

    static func < (left: DevicePath, right: DevicePath) -> Bool { left.text < right.text }
}

/// The object path of a characteristic: `…/dev_C0_00_00_00_00_01/service000a/char000b`.
struct CharacteristicPath: Hashable, Comparable {
    let text: String
    let device: DevicePath
    let service: String
    /// The handle of the value. The path carries that of the declaration, which stands one below.
    let handle: UInt16

    /// Nil for what is no characteristic.
    init?(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 7, parts[6].hasPrefix("char"), parts[6].count == 8,
            let declaration = UInt16(parts[6].dropFirst(4), radix: 16), declaration < .max,
            let device = DevicePath(parts[..<5].joined(separator: "/"))
        else { return nil }
        self.device = device
        service = parts[..<6].joined(separator: "/")
        handle = declaration + 1
        text = path
    }

    static func < (left: CharacteristicPath, right: CharacteristicPath) -> Bool { left.text < right.text }
}
