import Synchronization
import VitalsStore

/// A disk in memory for real SQLite, and for the files beside it, that fails as it is told.
///
///     let disk = SimulatedDisk()
///     let journal = try Journal(path: disk.root + "vitals.db", …, files: disk)
///     disk.fail(DiskFault(.sync, number: 3, isLasting: false))
///     disk.cutPower()
///     disk.restart(.sectors, seed: 7)
///
/// Whatever was open before a power cut fails from then on, also after the restart: it belongs to a process that is no
/// more. Safe from several threads; the same calls in the same order with the same seeds give the same bytes.
public final class SimulatedDisk: Sendable {
    struct State: Sendable {
        var disk: DiskState
        var faults = DiskFaults()
        var troubles = 0
        var locks = DiskLocks()
        var memories: [Int: SharedMemory] = [:]
        var recording: DiskRecording?
        var generation = 1
        var isPowered = true
        var callsToPowerCut: Int?
        var capacity: Int?
        var isReadOnly = false
        var isLying = false
        var heldLocks: [String: Int] = [:]
        var nextHold = 1
    }

    /// The directory that is on this disk, with a slash at its end: SQLite finds every path below it here.
    public let root: String
    /// Whether a write that is cut spoils no byte but its own.
    public let isPowersafe: Bool
    let state: Mutex<State>

    /// A disk that holds an image. It is there for SQLite until `unmount`.
    public init(_ image: DiskImage = DiskImage(), isPowersafe: Bool = true) {
        self.isPowersafe = isPowersafe
        let mount = DiskMounts.next()
        root = mount
        var moved = DiskImage()
        for (path, bytes) in image.files { moved.files[mount + path] = bytes }
        state = Mutex(State(disk: DiskState(moved)))
        DiskVFS.register()
        DiskMounts.mount(self)
    }

    /// Nothing finds the disk any more; what is open fails.
    public func unmount() {
        cutPower()
        DiskMounts.unmount(root)
    }

    /// What the running system sees, by path below `root`.
    public var image: DiskImage { relative(state.withLock { $0.disk.image }) }

    /// The bytes of all files.
    public var usedBytes: Int { state.withLock { $0.disk.usedBytes } }

    private func relative(_ image: DiskImage) -> DiskImage {
        var relative = DiskImage()
        for (path, bytes) in image.files { relative.files[String(path.dropFirst(root.count))] = bytes }
        return relative
    }
}

// MARK: - Power

extension SimulatedDisk {
    /// Whether there is power.
    public var isPowered: Bool { state.withLock { $0.isPowered } }

    /// How often there was power, this time included.
    public var generation: Int { state.withLock { $0.generation } }

    /// The power is gone: every call fails until `restart`.
    public func cutPower() { state.withLock { $0.isPowered = false } }

    /// The power goes with so many more changes of the disk, the last of them under way; nil: it stays.
    public func cutPower(afterChanges count: Int?) { state.withLock { $0.callsToPowerCut = count } }

    /// There is power again, and the disk holds what the cut has left. Nothing of what was open before is open.
    public func restart(_ policy: CrashPolicy, seed: UInt64) {
        var random = DiskRandom(seed: seed)
        state.withLock { state in
            let image = state.disk.afterCrash(policy, isPowersafe: isPowersafe, random: &random)
            state.disk = DiskState(image)
            state.begin()
        }
    }

    /// The process that used the disk was killed: all that it wrote is there, nothing of what was open is.
    public func kill() {
        state.withLock { $0.begin() }
    }
}

extension SimulatedDisk.State {
    fileprivate mutating func begin() {
        locks = DiskLocks()
        memories = [:]
        heldLocks = [:]
        generation += 1
        isPowered = true
        callsToPowerCut = nil
    }
}

// MARK: - Faults

extension SimulatedDisk {
    /// Plans a fault, beside those that are planned.
    public func fail(_ fault: DiskFault) { state.withLock { $0.faults.plan(fault) } }

    /// Nothing fails any more; the disk is writable and has room.
    public func heal() {
        state.withLock { state in
            state.faults.heal()
            state.capacity = nil
            state.isReadOnly = false
        }
    }

    /// The disk holds so many bytes at most; nil for any number.
    public func limit(bytes: Int?) { state.withLock { $0.capacity = bytes } }

    /// The disk was mounted read-only, as a kernel does when it no longer trusts it.
    public func setReadOnly(_ isReadOnly: Bool) { state.withLock { $0.isReadOnly = isReadOnly } }

    /// The drive says that it has synced, and has not: what no journal survives, and every one should notice.
    public func setLying(_ isLying: Bool) { state.withLock { $0.isLying = isLying } }

    /// Flips bits of a file on the disk; false when there is no such byte.
    @discardableResult
    public func damage(_ path: String, at offset: Int, mask: UInt8) -> Bool {
        state.withLock { state in
            guard let node = state.disk.names[path], let file = state.disk.nodes[node],
                file.bytes.indices.contains(offset)
            else { return false }
            state.disk.damage(node, at: offset, mask: mask)
            return true
        }
    }

    /// Calls of each kind since the disk was made.
    public var calls: [DiskCall: Int] { state.withLock { $0.faults.calls } }

    /// Calls that failed for whatever reason but a lost power or a missing file: by plan, for want of room, or since
    /// nothing may be written.
    public var troubles: Int { state.withLock { $0.troubles } }

    /// Calls of each kind that failed by plan.
    public var refusals: [DiskCall: Int] { state.withLock { $0.faults.refusals } }
}

// MARK: - Recording

extension SimulatedDisk {
    /// Records every change from now on.
    public func record() {
        state.withLock { $0.recording = DiskRecording(root: root, start: $0.disk, isPowersafe: isPowersafe) }
    }

    /// Notes in the recording that whoever uses the disk was told that this much is durable.
    public func promise(_ number: UInt64) { state.withLock { $0.recording?.note(.promise(number)) } }

    /// Ends the recording; nil when there was none.
    public func endRecording() -> DiskRecording? {
        state.withLock { state in
            defer { state.recording = nil }
            return state.recording
        }
    }
}

// MARK: - Calls

/// Why a call failed.
enum DiskRefusal: Error, Hashable {
    case noPower, inputOutput, full, readOnly, absent
}

extension SimulatedDisk.State {
    /// A call that changes nothing.
    mutating func admit(_ call: DiskCall, generation: Int?) throws(DiskRefusal) {
        guard isPowered, generation == nil || generation == self.generation else { throw .noPower }
        guard let reason = faults.meet(call) else { return }
        throw trouble(reason == .full ? .full : .inputOutput)
    }

    /// A call fails, and that is counted.
    mutating func trouble(_ refusal: DiskRefusal) -> DiskRefusal {
        troubles += 1
        return refusal
    }

    /// A call that changes the disk: `growth` is by how much, at most.
    mutating func change(
        _ call: DiskCall, _ operation: DiskOperation, growth: Int = 0, generation: Int?
    ) throws(DiskRefusal) {
        try admit(call, generation: generation)
        if isReadOnly { throw trouble(.readOnly) }
        if let capacity, growth > 0, disk.usedBytes + growth > capacity { throw trouble(.full) }
        let isLast = callsToPowerCut.map { $0 <= 1 } ?? false
        callsToPowerCut = callsToPowerCut.map { $0 - 1 }
        // What is under way when the power goes is begun, and never answered.
        if isLast, case .synchronise = operation {
            isPowered = false
            throw .noPower
        }
        disk.apply(operation)
        recording?.note(operation)
        if isLast {
            isPowered = false
            throw .noPower
        }
    }

    /// A sync that fails leaves nobody knows what, and is never made good.
    mutating func synchronise(_ node: Int, withName: Bool, generation: Int?) throws(DiskRefusal) {
        guard !isLying else { return try admit(.sync, generation: generation) }
        do {
            try change(.sync, .synchronise(node, withName: withName), generation: generation)
        } catch {
            if error == .inputOutput { disk.forsake(node) }
            throw error
        }
    }
}
