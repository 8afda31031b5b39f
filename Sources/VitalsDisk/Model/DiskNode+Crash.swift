extension DiskNode {
    /// What a power cut leaves of the file.
    ///
    /// - Parameter isPowersafe: Whether a write that is cut changes no byte beyond its own, as SQLite assumes of today's
    ///   drives (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`); otherwise it may spoil the whole of its first and last sector.
    func afterCrash(_ policy: CrashPolicy, isPowersafe: Bool, random: inout DiskRandom) -> [UInt8] {
        var file = durable
        switch policy {
        case .dropped: break
        case .kept:
            for entry in pending { entry.change.apply(to: &file) }
        case .prefix, .torn:
            let count = random.below(pending.count + 1)
            for entry in pending.prefix(count) { entry.change.apply(to: &file) }
            if policy == .torn, count < pending.count { tear(pending[count].change, into: &file, &random) }
        case .reordered:
            for entry in pending where random.once(in: 2) { entry.change.apply(to: &file) }
        case .sectors, .garbage:
            for entry in pending {
                scatter(
                    entry.change, spoils: policy == .garbage, isPowersafe: isPowersafe, into: &file, &random)
            }
        case .zeroed:
            let cut = random.below(pending.count + 1)
            for entry in pending.prefix(cut) { entry.change.apply(to: &file) }
            for case .write(let offset, let bytes) in pending.dropFirst(cut).map(\.change) {
                let end = offset + bytes.count
                if end > file.count { file.append(contentsOf: repeatElement(0, count: end - file.count)) }
            }
        case .mixed:
            let single = CrashPolicy.allCases.filter { $0 != .mixed }
            return afterCrash(single[random.below(single.count)], isPowersafe: isPowersafe, random: &random)
        }
        return file
    }

    private func tear(_ change: DiskChange, into file: inout [UInt8], _ random: inout DiskRandom) {
        guard case .write(let offset, let bytes) = change else { return }
        DiskChange.write(bytes.prefix(random.below(bytes.count + 1)), at: offset, into: &file)
    }

    private func scatter(
        _ change: DiskChange, spoils: Bool, isPowersafe: Bool, into file: inout [UInt8], _ random: inout DiskRandom
    ) {
        guard case .write(let offset, let bytes) = change else {
            if random.once(in: 2) { change.apply(to: &file) }
            return
        }
        let sector = VitalsDiskLimits.sectorBytes
        var place = 0
        while place < bytes.count {
            let length = min(sector - (offset + place) % sector, bytes.count - place)
            switch random.below(8) {
            case 0..<4: DiskChange.write(bytes[place..<place + length], at: offset + place, into: &file)
            case 7 where spoils:
                let from = isPowersafe ? offset + place : (offset + place) / sector * sector
                let to = isPowersafe ? offset + place + length : from + sector
                let noise = (from..<to).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                // A sector beyond the end of the file is spoilt only as far as the file goes.
                let end = max(file.count, offset + place + length)
                DiskChange.write(noise.prefix(max(0, end - from)), at: from, into: &file)
            default: break
            }
            place += length
        }
    }
}
