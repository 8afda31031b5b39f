internal import Foundation
internal import Logging
internal import VitalsCore
internal import VitalsKernels
internal import VitalsModel
internal import VitalsStore

/// A journal that is open, and the run that was begun on it.
///
/// A damaged journal does not keep the gateway from starting: it is moved away and salvaged, be the damage found when
/// the file is opened or when the run reads what it goes on with.
struct JournalStart {
    let journal: Journal
    let run: EngineRun
    let outcome: EngineRun.Outcome
    /// What became of a damaged journal; nil when there was none.
    let report: SalvageReport?
    /// What is still to be read of it; nil when nothing is.
    let rest: SalvageRest?

    /// Opens the journal and begins a run.
    ///
    /// - Parameters:
    ///   - protection: The keys of a sealed journal, with which a damaged one is salvaged.
    ///   - open: Opens a sound journal.
    ///   - begin: Begins a run on it.
    init(
        _ configuration: DaemonConfiguration, protection: JournalProtection, log: Logger,
        open: () throws(JournalError) -> Journal,
        begin: (Journal, inout EngineRun.Outcome) throws -> EngineRun
    ) throws {
        let recovery = JournalRecovery(
            path: configuration.journalPath, gateway: configuration.gateway,
            now: WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)), protection: protection)
        var attempts = 0
        while true {
            let opened = try recovery.open(open)
            if let report = opened.report { log.error("the journal was damaged", metadata: ["outcome": "\(report)"]) }
            do {
                var outcome = EngineRun.Outcome()
                run = try begin(opened.journal, &outcome)
                self.outcome = outcome
                journal = opened.journal
                report = opened.report
                rest = opened.rest
                return
            } catch let error as JournalError where error.damage != nil && attempts == 0 {
                attempts += 1
                opened.journal.abandon()
                JournalRecovery.suspect(path: configuration.journalPath, reason: error.damage ?? "")
            }
        }
    }
}
