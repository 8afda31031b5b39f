import VitalsModel

/// Why a link ended, in BlueZ's manner (Core 5.4, volume 1, part F, 1.3).
enum DisconnectReason {
    /// The name of a reason, or its number as `0x2A`.
    static func name(_ code: UInt8) -> String {
        switch code {
        case 0x08: "supervision-timeout"
        case 0x13: "remote-user"
        case 0x16: "local-host"
        case 0x3E: "failed-to-establish"
        default: "0x" + Hex.upper(code)
        }
    }
}
