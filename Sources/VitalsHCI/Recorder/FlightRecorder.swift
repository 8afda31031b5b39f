import Glibc
import VitalsModel
public import VitalsSystemd

/// Keeps the last minutes of the HCI monitor channel in a ring of files, and sets them aside when told: the ring becomes
/// a folder `frozen-<time>-<reason>`, and a new one is begun.
///
/// Told it is by a file that appears in a folder of triggers, so that the daemon, which has no privileges, can ask the
/// recorder, which has one. The ring may lie in memory (`/run`), which spares the disk; what is frozen is copied to the
/// disk and stored there before the trigger counts as done.
public final class FlightRecorder {
    /// What is kept, and where.
    public struct Settings: Hashable, Sendable {
        /// The folder of the ring. It is made if it is not there.
        public var ring: String
        /// The folder for what is frozen; nil: the ring's.
        public var frozen: String?
        /// The folder of triggers; nil: only `freeze` freezes.
        public var triggers: String?
        /// How much of the past is kept, 1 to 1,440 minutes.
        public var minutes = 10
        /// Frozen sets that are kept; beyond it the oldest is removed.
        public var frozenMax = 8

        /// The defaults, in this folder.
        public init(ring: String) { self.ring = ring }
    }

    /// Called after a freeze with the folder that holds it, or with the error that it failed with.
    public var onFreeze: (Result<String, HCIError>) -> Void = { _ in }

    /// What was recorded since the start.
    public var statistics: MonitorRecorder.Statistics { recorder.statistics }

    private let settings: Settings
    private let loop: EventLoop
    private let store: RingStore
    private let recorder: MonitorRecorder
    private var triggers: FreezeTriggers?
    private var timer: EventLoop.Timer?
    private var reasons: [String] = []
    private var lastFreeze: MonotonicTime?

    /// A recorder with these settings.
    public convenience init(_ settings: Settings, loop: EventLoop) {
        self.init(settings, loop: loop) { () throws(HCIError) in try MonitorChannel() }
    }

    init(_ settings: Settings, loop: EventLoop, open: @escaping () throws(HCIError) -> MonitorChannel) {
        self.settings = settings
        self.loop = loop
        let span = MonotonicTime.Span.seconds(60 * Int64(max(1, min(1_440, settings.minutes))))
        let store = RingStore(folder: Folder(path: settings.ring), span: span)
        self.store = store
        let destination = MonitorRecorder.Destination(
            segmentBytesMax: VitalsHCILimits.ringBytesMax / VitalsHCILimits.ringSegments,
            segmentSpanMax: MonotonicTime.Span(microseconds: span.microseconds / Int64(VitalsHCILimits.ringSegments)),
            synchronisation: nil, path: { _ throws(HCIError) in store.nextPath() },
            finished: { path, bytes in store.finished(path, bytes, at: loop.now) }, makeRoom: { store.removeOldest() },
            survivesFullDisk: true)
        recorder = MonitorRecorder(destination, loop: loop, open: open)
    }

    /// Begins the ring. Files that an earlier run left in it belong to it.
    public func start() throws {
        try store.adopt(at: loop.now)
        try store.completeFreezes(in: Folder(path: settings.frozen ?? settings.ring))
        try recorder.start()
        timer = try loop.timer { [weak self] in self?.freezeWhenDue() }
        if let folder = settings.triggers {
            triggers = try FreezeTriggers(folder: Folder(path: folder), loop: loop) { [weak self] names in
                for name in names { self?.freeze(name) }
            }
        }
    }

    /// Completes the last file of the ring.
    public func stop() throws {
        triggers = nil
        try timer?.disarm()
        try recorder.stop()
    }

    /// Freezes the ring. So soon after the last time that little has gathered, it waits: what is asked for meanwhile is
    /// frozen together.
    public func freeze(_ reason: String) {
        let word = FreezeTriggers.reason(reason)
        if !reasons.contains(word), reasons.count < VitalsHCILimits.freezeReasonsMax { reasons.append(word) }
        freezeWhenDue()
    }

    private func freezeWhenDue() {
        guard !reasons.isEmpty else { return }
        let now = loop.now
        do {
            if let last = lastFreeze, now - last < VitalsHCILimits.freezeInterval {
                try timer?.arm(at: last + VitalsHCILimits.freezeInterval)
                return
            }
            let name = reasons.joined(separator: "+")
            reasons = []
            lastFreeze = now
            try recorder.rotate()
            let target = Folder(path: settings.frozen ?? settings.ring)
            let frozen = try store.freeze(name, into: target, keeping: settings.frozenMax)
            onFreeze(.success(frozen.path))
        } catch let error as HCIError {
            onFreeze(.failure(error))
        } catch {
            loop.fail(error)
        }
    }
}
