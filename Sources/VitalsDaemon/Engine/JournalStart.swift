internal import Foundation
internal import Logging
internal import VitalsCore
internal import VitalsKernels
internal import VitalsModel
internal import VitalsStore

/// A journal that is open, and the run that was begun on it.
///
/// A damaged journal does not keep the gateway from starting: it is moved away and salvaged, be the damage found when
/// the file is opened or when the run reads what it goes on with. Nor does one that cannot be opened at all: another one in
/// memory stands in for it (docs/decisions/0019-without-a-disk.md).
struct JournalStart {
    let journal: Journal
    let run: EngineRun
    let outcome: EngineRun.Outcome
    /// What became of a damaged journal; nil when there was none.
    let report: SalvageReport?
    /// What is still to be read of it; nil when nothing is.
    let rest: SalvageRest?
    /// Why this journal only stands in for the configured one; nil when it is that one.
    let absence: JournalError?

    /// How a journal is opened, at a path and with what it may take.
    typealias Opening = (_ path: String, _ retention: RetentionPolicy) throws(JournalError) -> Journal

    /// Opens the configured journal or, when the disk does not let it, the one that stands in for it, and begins a run.
    ///
    /// - Parameters:
    ///   - standIn: Where a journal may stand in; nil when none may.
    ///   - protection: The keys of a sealed journal, with which a damaged one is salvaged.
    ///   - open: Opens a sound journal.
    ///   - begin: Begins a run on it.
    static func make(
        _ configuration: DaemonConfiguration, standIn: String?, protection: JournalProtection, log: Logger,
        open: Opening,
        begin: (Journal, inout EngineRun.Outcome) throws -> EngineRun
    ) throws -> JournalStart {
        do {
            return try JournalStart(
                configuration.journalPath, configuration.retention, configuration, protection, absence: nil, log: log,
                open: open,
                begin: begin)
        } catch let error as JournalError where error.isRecoverable {
            guard let standIn else { throw error }
            log.error("the journal cannot be opened; one in memory stands in for it", metadata: ["error": "\(error)"])
            var policy = configuration.retention
            policy.maxBytes = min(policy.maxBytes, VitalsDaemonLimits.standInBytes)
            do {
                return try JournalStart(
                    standIn, policy, configuration, protection, absence: error, log: log, open: open, begin: begin)
            } catch let other {
                log.error("nothing can stand in for the journal", metadata: ["error": "\(other)"])
                throw error
            }
        }
    }

    private init(
        _ path: String, _ retention: RetentionPolicy, _ configuration: DaemonConfiguration,
        _ protection: JournalProtection, absence: JournalError?,
        log: Logger, open: Opening, begin: (Journal, inout EngineRun.Outcome) throws -> EngineRun
    ) throws {
        self.absence = absence
        let recovery = JournalRecovery(
            path: path, gateway: configuration.gateway,
            now: WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)), protection: protection)
        var attempts = 0
        while true {
            let opened = try recovery.open { () throws(JournalError) in try open(path, retention) }
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
                JournalRecovery.suspect(path: path, reason: error.damage ?? "")
            }
        }
    }
}
