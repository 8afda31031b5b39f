internal import Foundation
internal import Glibc
internal import VitalsModel

/// The clocks that stamp what the journal's store tells of itself. From any thread.
enum LedgerClock {
    /// CLOCK_BOOTTIME and CLOCK_REALTIME now, and whether systemd-timesyncd has synchronised the latter.
    static var now: Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: read(CLOCK_BOOTTIME)),
            wall: WallTime(microseconds: read(CLOCK_REALTIME)),
            isSynchronised: FileManager.default.fileExists(atPath: "/run/systemd/timesync/synchronized"))
    }

    private static func read(_ clock: Int32) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
