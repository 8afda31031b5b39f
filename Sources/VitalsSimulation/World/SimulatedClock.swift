import VitalsModel

/// The clocks of a simulated gateway: true time, which nobody in the world sees; the monotonic clock, which begins anew
/// with each boot; and the wall clock, which steps and drifts.
struct SimulatedClock: Sendable {
    /// True microseconds since the world began.
    private(set) var now: Int64 = 0
    /// Which boot it is, from 1.
    private(set) var bootNumber = 1
    /// Whether the wall clock has a reference.
    var isSynchronised = true
    private var bootedAt: Int64 = -Self.bootSpan
    private var wallOffset: Int64
    /// Parts in a million that the wall clock gains.
    private var drift: Int64 = 0
    private var driftSince: Int64 = 0
    /// What a step has to be told of: see `takeStep`.
    private var told: Int64
    private var toldSynchronised = true

    /// The time from power to the start of the process.
    private static let bootSpan: Int64 = 20_000_000
    /// 2026-11-21T07:30:00Z.
    private static let epoch: Int64 = 1_795_246_200_000_000

    init() {
        wallOffset = Self.epoch
        told = Self.epoch + Self.bootSpan
    }

    /// The name of the boot.
    var boot: String { "boot-\(bootNumber)" }

    /// The monotonic clock.
    var monotonic: MonotonicTime { MonotonicTime(microseconds: now - bootedAt) }

    /// Both clocks.
    var stamp: Stamp {
        Stamp(monotonic: monotonic, wall: WallTime(microseconds: wall), isSynchronised: isSynchronised)
    }

    private var wall: Int64 { now + wallOffset + (now - driftSince) * drift / 1_000_000 }

    /// The true time at which the monotonic clock of this boot shows a time.
    func time(of monotonic: MonotonicTime) -> Int64 { monotonic.microseconds + bootedAt }

    /// Time goes on.
    mutating func advance(to time: Int64) { now = max(now, time) }

    /// The wall clock steps.
    mutating func step(by microseconds: Int64) { wallOffset += microseconds }

    /// The wall clock gains so many parts in a million from now on.
    mutating func setDrift(_ partsPerMillion: Int64) {
        wallOffset += (now - driftSince) * drift / 1_000_000
        driftSince = now
        drift = partsPerMillion
    }

    /// The machine was off for so long, and boots.
    mutating func reboot(after microseconds: Int64) {
        now += microseconds
        bootedAt = now - Self.bootSpan
        bootNumber += 1
        told = wall - monotonic.microseconds
        toldSynchronised = isSynchronised
    }

    /// A new process has not been told anything yet.
    mutating func restartProcess() {
        told = wall - monotonic.microseconds
        toldSynchronised = isSynchronised
    }

    /// What the engine has to be told of the wall clock before anything else, as the daemon's clock does it.
    mutating func takeStep() -> SensorEvent? {
        let offset = wall - monotonic.microseconds
        let step = offset - told
        let isStep = abs(step) >= 500_000
        told = offset
        guard isStep || isSynchronised != toldSynchronised else { return nil }
        toldSynchronised = isSynchronised
        return SensorEvent(
            stamp: stamp, kind: .clock(stepMicroseconds: isStep ? step : 0, isSynchronised: isSynchronised))
    }
}
