import VitalsCore
import VitalsModel

/// What the small tables of a damaged journal say: what its numbers stand for, whose it is, and how far it went. More
/// than one answer is possible, and a proof picks the right one.
struct SalvageDictionary: Sendable {
    private(set) var sensors: [Int64: [UInt64]] = [:]
    private(set) var subjects: [Int64: [String]] = [:]
    /// Wrapped data keys, as they stand.
    private(set) var keys: [Int64: [KeyRow]] = [:]
    private(set) var journals: [SalvagedRow.JournalRow] = []
    /// Runs that retention dropped, by their last sequence, with the hash there, covered or not.
    private(set) var dropped: [UInt64: [(first: UInt64, chain: [UInt8])]] = [:]
    /// The highest sequences that any row speaks of, proved or not.
    private(set) var claimed: Set<UInt64> = []

    /// Notes what a row says.
    mutating func take(_ row: SalvagedRow) {
        switch row {
        case .sensor(let id, let address):
            guard SensorAddress(rawValue: address).rawValue == address else { return }
            Self.add(address, for: id, to: &sensors)
        case .subject(let id, let name): Self.add(name, for: id, to: &subjects)
        case .key(let row): Self.add(row, for: row.id, to: &keys)
        case .journal(let row):
            claim(row.sealedSequence)
            if !journals.contains(row), journals.count < VitalsStoreLimits.salvageCandidatesMax { journals.append(row) }
        case .dropped(let run, let chain):
            claim(run.upperBound)
            let known = dropped[run.upperBound, default: []]
            guard known.count < VitalsStoreLimits.salvageCandidatesMax,
                !known.contains(where: { $0.first == run.lowerBound && $0.chain == chain })
            else { return }
            dropped[run.upperBound, default: []].append((run.lowerBound, chain))
        case .acknowledged(let through): claim(through)
        case .record(let row): claim(row.sequence)
        case .arrival, .ledger: return
        }
    }

    /// The first sequence of an era in which none of these was ever given out: above all that is proved, and above
    /// what is claimed and not beyond belief.
    func era(above proved: UInt64) -> UInt64 {
        let era = VitalsStoreLimits.sequenceEra
        let believed = proved.addingReportingOverflow(VitalsStoreLimits.believedErasMax * era)
        let limit = believed.overflow ? UInt64.max : believed.partialValue
        let seen = max(proved, claimed.filter { $0 <= limit }.max() ?? 0)
        return (seen / era + 1) * era
    }

    /// One claim in each era is enough.
    private mutating func claim(_ sequence: UInt64) {
        guard sequence <= UInt64(Int64.max) - 2 * VitalsStoreLimits.sequenceEra else { return }
        claimed.insert(sequence / VitalsStoreLimits.sequenceEra * VitalsStoreLimits.sequenceEra)
    }

    private static func add<Value: Equatable>(_ value: Value, for id: Int64, to table: inout [Int64: [Value]]) {
        let known = table[id, default: []]
        guard known.count < VitalsStoreLimits.salvageCandidatesMax, !known.contains(value) else { return }
        table[id, default: []].append(value)
    }
}
