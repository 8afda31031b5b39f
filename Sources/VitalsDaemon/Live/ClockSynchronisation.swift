internal import Foundation
internal import VitalsModel
internal import VitalsSystemd

/// Asks the system from time to time whether its wall clock is synchronised (org.freedesktop.timedate1), since the
/// service itself is not allowed to look.
final class ClockSynchronisation {
    private let loop: EventLoop
    private let heard: (Bool) throws -> Void
    private var bus: BusConnection?
    private var timer: EventLoop.Timer?

    /// `heard` is called with each answer, on the loop.
    init(loop: EventLoop, heard: @escaping (Bool) throws -> Void) throws {
        self.loop = loop
        self.heard = heard
        timer = try loop.timer { [unowned self] in try ask() }
        try timer?.arm(at: loop.now)
    }

    private func ask() throws {
        try timer?.arm(at: loop.now + VitalsDaemonLimits.synchronisationInterval)
        if bus == nil {
            bus = try? BusConnection.system(loop: loop)
            bus?.onDisconnect = { [unowned self] _ in bus = nil }
        }
        guard let bus else { return try tell(nil) }
        var call = BusCall(
            "org.freedesktop.timedate1", "/org/freedesktop/timedate1", "org.freedesktop.DBus.Properties", "Get",
            [.string("org.freedesktop.timedate1"), .string("NTPSynchronized")])
        call.startsService = true
        bus.call(call, deadline: VitalsDaemonLimits.synchronisationDeadline) { [unowned self] result in
            do {
                try tell((try? result.get())?.first?.boolean)
            } catch {
                loop.fail(error)
            }
        }
    }

    /// Without an answer, what systemd-timesyncd leaves behind when it has synchronised the clock.
    private func tell(_ answer: Bool?) throws {
        try heard(answer ?? FileManager.default.fileExists(atPath: "/run/systemd/timesync/synchronized"))
    }
}
