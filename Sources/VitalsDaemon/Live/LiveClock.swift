internal import Foundation
internal import Glibc
internal import VitalsModel

/// The clocks of a live gateway. The wall clock may step at any time; `takeStep` says so.
final class LiveClock {
    /// Whether the wall clock is synchronised to a reference, as was last heard.
    var isSynchronised = false {
        didSet { if isSynchronised != oldValue { hasChanged = true } }
    }

    /// The machine's boot that the monotonic clock belongs to; a name of this process's own when the machine
    /// does not say, so that two boots are never taken for one.
    let boot: String

    private var hasChanged = false
    /// Wall time less monotonic time when last looked at.
    private var offset: Int64

    init() {
        boot = Self.bootIdentity
        offset = Self.wall &- Self.monotonic
    }

    /// Both clocks now.
    var now: Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: Self.monotonic), wall: WallTime(microseconds: Self.wall),
            isSynchronised: isSynchronised)
    }

    /// What has to be told of the wall clock at this stamp: a step since the last look, or a change of its
    /// synchronisation; nil when it simply went on.
    func takeStep(at stamp: Stamp) -> SensorEvent? {
        let offset = stamp.wall.microseconds &- stamp.monotonic.microseconds
        let step = offset &- self.offset
        let isStep = abs(step) >= VitalsDaemonLimits.clockStep.microseconds
        // A slewed clock is followed, so that hours of slewing do not add up to a step.
        self.offset = offset
        guard isStep || hasChanged else { return nil }
        hasChanged = false
        return SensorEvent(
            stamp: stamp, kind: .clock(stepMicroseconds: isStep ? step : 0, isSynchronised: stamp.isSynchronised))
    }

    /// CLOCK_BOOTTIME, µs.
    private static var monotonic: Int64 { read(CLOCK_BOOTTIME) }

    /// CLOCK_REALTIME, µs.
    private static var wall: Int64 { read(CLOCK_REALTIME) }

    private static func read(_ clock: Int32) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// From the service manager, which a service without a view of `/proc/sys` depends on, or from the kernel.
    private static var bootIdentity: String {
        if let boot = ProcessInfo.processInfo.environment["VITALS_BOOT_ID"], !boot.isEmpty { return boot }
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let digits = text?.filter(\.isHexDigit).lowercased() ?? ""
        return digits.isEmpty ? "unknown-\(UInt64.random(in: .min ... .max))" : digits
    }
}
