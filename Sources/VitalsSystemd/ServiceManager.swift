internal import CSystemd

/// Tells the service manager how the daemon is (sd_notify(3)); without one, as on a terminal, this does nothing.
public enum ServiceManager {
    /// The start-up is done: units ordered after this one may start.
    public static func ready(_ status: String) { notify("READY=1\nSTATUS=\(oneLine(status))") }

    /// One line for `systemctl status`. It holds no values of a patient.
    public static func status(_ text: String) { notify("STATUS=\(oneLine(text))") }

    /// A clean stop has begun.
    public static func stopping() { notify("STOPPING=1\nSTATUS=Stopping") }

    private static func notify(_ state: String) { unsafe sd_notify(0, state) }

    private static func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
