/// A kind of call that a disk can refuse.
public enum DiskCall: String, CaseIterable, Hashable, Sendable {
    /// Reading bytes (`xRead`).
    case read
    /// Writing bytes (`xWrite`).
    case write
    /// Syncing a file (`xSync`).
    case sync
    /// Shortening a file (`xTruncate`).
    case truncate
    /// Opening or making a file (`xOpen`).
    case open
    /// Removing or renaming a file (`xDelete`).
    case name
    /// Mapping shared memory (`xShmMap`).
    case memory
}

/// A refusal that is to come.
public struct DiskFault: Hashable, Sendable {
    /// What the calls fail with.
    public enum Reason: Hashable, Sendable {
        /// The drive does not answer as it should: SQLITE_IOERR, EIO.
        case inputOutput
        /// There is no room: SQLITE_FULL, ENOSPC. Only where something is to be written.
        case full
    }

    /// Which calls fail.
    public var call: DiskCall
    /// Which of them is the first to fail, counted from 1 from now on.
    public var number: Int
    /// Whether all later ones fail too, until the disk is healed.
    public var isLasting: Bool
    /// What they fail with.
    public var reason = Reason.inputOutput

    /// A fault.
    public init(_ call: DiskCall, number: Int, isLasting: Bool, reason: Reason = .inputOutput) {
        self.call = call
        self.number = number
        self.isLasting = isLasting
        self.reason = reason
    }
}

/// The faults of a disk, and how often each was met. A pure machine.
struct DiskFaults: Sendable {
    private var planned: [DiskFault] = []
    /// Calls of each kind so far.
    private(set) var calls: [DiskCall: Int] = [:]
    /// Calls of each kind that failed by plan.
    private(set) var refusals: [DiskCall: Int] = [:]

    /// Plans a fault, beside those that are.
    mutating func plan(_ fault: DiskFault) { planned.append(fault) }

    /// Nothing fails any more.
    mutating func heal() { planned.removeAll() }

    /// A call is made; what it fails with, if it does.
    mutating func meet(_ call: DiskCall) -> DiskFault.Reason? {
        calls[call, default: 0] += 1
        var reason: DiskFault.Reason?
        for index in planned.indices where planned[index].call == call {
            planned[index].number -= 1
            let number = planned[index].number
            if number == 0 || (number < 0 && planned[index].isLasting) { reason = reason ?? planned[index].reason }
        }
        planned.removeAll { $0.number <= 0 && !$0.isLasting }
        if reason != nil { refusals[call, default: 0] += 1 }
        return reason
    }
}
