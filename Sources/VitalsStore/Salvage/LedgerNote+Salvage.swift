import VitalsCore
import VitalsJSON
import VitalsModel

/// What the ledger tells of damage.
extension LedgerNote {
    /// A damaged file was moved away, and where the records and their chain go on.
    static func quarantine(file: String, reason: String, era: SalvageTarget, witnessed: UInt64?) -> LedgerNote {
        LedgerNote(.quarantine) { writer in
            writer.member("era", era.era)
            writer.member("eraHash", Hex.string(era.eraChain.hash))
            writer.member("file", file)
            writer.member("reason", reason)
            if let witnessed { writer.member("witnessed", witnessed) }
        }
    }

    /// A salvage came to its end.
    ///
    /// - Parameters:
    ///   - records: How many records were taken over.
    ///   - lost: The runs that are gone, as far as anybody knows.
    ///   - restarts: The records behind a gap whose last hash is not known, each with what binds it and its hash.
    ///   - entries: The ledger's entries that are there.
    ///   - dropped: How many sequences are not there, by retention or damage: the account goes on from this number.
    ///   - isCoverLost: Whether the checkpoints so far say something of records that nothing can be compared with.
    static func salvage(
        records: UInt64, lost: [ClosedRange<UInt64>], restarts: [(sequence: UInt64, hash: [UInt8])],
        entries: [LedgerRuns.Run], dropped: Int64, isCoverLost: Bool
    ) -> [LedgerNote] {
        let most = VitalsStoreLimits.lostRangesPerEntry
        let parts = max(1, (max(lost.count, restarts.count, entries.count) + most - 1) / most)
        return (0..<parts).map { part in
            LedgerNote(.salvage) { writer in
                if isCoverLost { writer.member("coverLost", true) }
                writer.member("dropped", dropped)
                writer.member(
                    "entries",
                    array: { writer in
                        for run in entries.dropFirst(part * most).prefix(most) {
                            writer.array { triple in
                                triple.value(run.first)
                                triple.value(run.last)
                                triple.value(Hex.string(run.before))
                            }
                        }
                    })
                writer.member("isLast", part == parts - 1)
                writer.member(
                    "lost",
                    array: { writer in
                        for range in lost.dropFirst(part * most).prefix(most) {
                            writer.array { pair in
                                pair.value(range.lowerBound)
                                pair.value(range.upperBound)
                            }
                        }
                    })
                writer.member("records", records)
                writer.member(
                    "restarts",
                    array: { writer in
                        for restart in restarts.dropFirst(part * most).prefix(most) {
                            writer.array { pair in
                                pair.value(restart.sequence)
                                pair.value(Hex.string(restart.hash))
                            }
                        }
                    })
            }
        }
    }
}
