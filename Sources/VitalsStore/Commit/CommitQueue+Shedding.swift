import VitalsCore
import VitalsModel

// What goes when memory is full, and the disk takes nothing.
extension CommitQueue {
    /// Makes room for so much more. First go the notes of arrivals that wait beside the very record that holds them, which
    /// loses nothing. If that is not enough, records are given up in the order in which retention loses them, each class
    /// from its oldest on; alarms and starts stay. What went is known by its account, which waits where they waited.
    mutating func makeRoom(entries: Int, bytes: Int, behind anchor: JournalAnchor) {
        forgetSettled()
        guard !hasRoom(entries: entries, bytes: bytes), let chain = chain(behind: anchor) else { return }
        for retentionClass in RetentionClass.allCases where retentionClass < .alarms {
            var victims: Set<UInt64> = []
            var freed = 0
            for case .record(let record) in queued.lazy.map(\.entry) {
                guard
                    !hasRoom(
                        entries: entries - victims.count, bytes: bytes - freed,
                        percent: VitalsStoreLimits.shedToPercent)
                else { break }
                guard RetentionClass(kind: record.kind, subject: record.subject) == retentionClass else { continue }
                victims.insert(record.sequence)
                freed += Self.bytes(.record(record))
            }
            if !victims.isEmpty { shed(victims, from: chain) }
        }
    }

    /// Forgets the arrivals that records which wait here settle: they become durable with these.
    private mutating func forgetSettled() {
        struct Stream: Hashable {
            let sensor: SensorAddress
            let stream: SampleStream
        }
        var reader = settlements
        var settled: [Stream: [Settlement]] = [:]
        for item in queued {
            guard case .record(let record) = item.entry, item.number > settledThrough || record.kind == .start,
                let settlement = reader.settlement(of: record)
            else { continue }
            settled[Stream(sensor: settlement.sensor, stream: settlement.stream), default: []].append(settlement)
        }
        settledThrough = queued.last?.number ?? settledThrough
        queued.removeAll { item in
            guard case .arrival(let arrival) = item.entry else { return false }
            let blocks = settled[Stream(sensor: arrival.sensor, stream: arrival.stream)] ?? []
            return blocks.contains { $0.covers(arrival) }
        }
        queuedBytes = Self.bytes(queued) + Self.bytes(inFlight)
    }

    /// The chain before the first entry that is queued. What is in flight may be durable already, and was not told yet.
    private func chain(behind anchor: JournalAnchor) -> RecordChain? {
        guard var chain = RecordChain(stored: anchor.hash) else { return nil }
        for item in inFlight {
            switch item.entry {
            case .record(let record) where record.sequence > anchor.sequence: chain.append(record)
            case .shed(let run) where run.sequences.upperBound > anchor.sequence: chain = run.chain
            case .record, .arrival, .shed: break
            }
        }
        return chain
    }

    /// Puts accounts into the place of records.
    private mutating func shed(_ victims: Set<UInt64>, from start: RecordChain) {
        var chain = start
        var left = victims.count
        var rest: [Item] = []
        rest.reserveCapacity(queued.count)
        var run: ShedRun?
        var number: UInt64 = 0
        func join(_ next: ShedRun) {
            guard run != nil else { return run = next }
            run?.append(next)
        }
        // A run stands behind arrivals that came between its records: none of them is settled by these.
        func endRun() {
            if let run { rest.append(Item(number: number, entry: .shed(run))) }
            run = nil
        }
        for (index, item) in queued.enumerated() {
            guard left > 0 || run != nil else {
                rest += queued[index...]
                break
            }
            switch item.entry {
            case .arrival: rest.append(item)
            case .shed(let other):
                chain = other.chain
                join(other)
            case .record(let record):
                if left > 0 { chain.append(record) }
                if victims.contains(record.sequence) {
                    left -= 1
                    join(ShedRun(record, chain: chain))
                } else {
                    endRun()
                    rest.append(item)
                }
            }
            number = item.number
        }
        endRun()
        queued = rest
        queuedRecords -= victims.count
        queuedBytes = Self.bytes(queued) + Self.bytes(inFlight)
        shedTotal += UInt64(victims.count)
    }
}
