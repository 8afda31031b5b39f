/// SQLite's locks on files and on their shared memory, between the connections of one process. A pure machine.
struct DiskLocks: Sendable {
    /// A lock on a file, in SQLite's numbers: 0 none, 1 shared, 2 reserved, 3 pending, 4 exclusive.
    private var levels: [Int: [Int: Int32]] = [:]
    private var slots: [Int: [Int: Slots]] = [:]

    private struct Slots: Sendable {
        var shared: UInt16 = 0
        var exclusive: UInt16 = 0
    }

    private static let (shared, reserved, pending, exclusive): (Int32, Int32, Int32, Int32) = (1, 2, 3, 4)

    /// Raises a holder's lock on a file; false when others stand in the way (https://sqlite.org/lockingv3.html).
    mutating func lock(_ node: Int, holder: Int, level: Int32) -> Bool {
        let own = levels[node]?[holder] ?? 0
        guard level > own else { return true }
        let others = (levels[node] ?? [:]).filter { $0.key != holder }.values.max() ?? 0
        switch level {
        case Self.shared:
            guard others < Self.pending else { return false }
        case Self.reserved:
            guard others < Self.reserved else { return false }
        default:
            guard others < Self.reserved else { return false }
            // New readers stay out while the ones that are there are waited for.
            levels[node, default: [:]][holder] = Self.pending
            guard others == 0 else { return false }
        }
        levels[node, default: [:]][holder] = level
        return true
    }

    /// Lowers a holder's lock.
    mutating func unlock(_ node: Int, holder: Int, level: Int32) {
        guard let own = levels[node]?[holder], level < own else { return }
        levels[node]?[holder] = level == 0 ? nil : level
    }

    /// Whether somebody has more than a shared lock.
    func isReserved(_ node: Int) -> Bool { (levels[node] ?? [:]).values.contains { $0 >= Self.reserved } }

    /// Takes slots of a file's shared memory; false when others stand in the way.
    mutating func take(_ node: Int, holder: Int, mask: UInt16, isExclusive: Bool) -> Bool {
        let others = (slots[node] ?? [:]).filter { $0.key != holder }.values
        guard !others.contains(where: { $0.exclusive & mask != 0 || (isExclusive && $0.shared & mask != 0) }) else {
            return false
        }
        if isExclusive {
            slots[node, default: [:]][holder, default: Slots()].exclusive |= mask
        } else {
            slots[node, default: [:]][holder, default: Slots()].shared |= mask
        }
        return true
    }

    /// Lets slots go.
    mutating func release(_ node: Int, holder: Int, mask: UInt16) {
        slots[node]?[holder]?.exclusive &= ~mask
        slots[node]?[holder]?.shared &= ~mask
    }

    /// A holder is gone.
    mutating func forget(_ node: Int, holder: Int) {
        levels[node]?[holder] = nil
        slots[node]?[holder] = nil
    }
}
