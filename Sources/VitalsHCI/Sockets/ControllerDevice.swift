import CBluetooth
import Glibc

/// An adapter as the kernel's oldest interface knows it: a device that can be reset, taken down and brought up.
enum ControllerDevice {
    /// Sends the controller a reset (HCIDEVRESET). Links on it are lost. It blocks until the controller has answered.
    static func reset(_ adapter: UInt16) throws(HCIError) {
        try control(adapter, UInt(VITALS_HCIDEVRESET), "reset hci\(adapter)")
    }

    /// Takes the adapter down (HCIDEVDOWN); done also when it was.
    static func takeDown(_ adapter: UInt16) throws(HCIError) {
        try control(adapter, UInt(VITALS_HCIDEVDOWN), "take hci\(adapter) down")
    }

    /// Brings the adapter up (HCIDEVUP), which initialises the controller; done also when it was.
    static func bringUp(_ adapter: UInt16) throws(HCIError) {
        try control(adapter, UInt(VITALS_HCIDEVUP), "bring hci\(adapter) up", ignoring: EALREADY)
    }

    /// Resets the controller; one that does not answer even to that is taken down and brought up.
    static func recover(_ adapter: UInt16) throws(HCIError) {
        do {
            try reset(adapter)
        } catch  where error.code != .accessDenied && error.code != .noAdapter {
            try takeDown(adapter)
            try bringUp(adapter)
        }
    }

    private static func control(
        _ adapter: UInt16, _ request: UInt, _ operation: String, ignoring ignored: Int32? = nil
    ) throws(HCIError) {
        let capability = "CAP_NET_ADMIN"
        let descriptor = socket(AF_BLUETOOTH, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), BTPROTO_HCI)
        guard descriptor >= 0 else { throw .system(errno, operation, capability: capability) }
        defer { close(descriptor) }
        guard ioctl(descriptor, request, CInt(adapter)) < 0 else { return }
        let number = errno
        guard number != ignored else { return }
        throw .system(number, operation, capability: capability)
    }
}
