import Dispatch
import Foundation
import Glibc
import Synchronization
import VitalsCore
import VitalsJSON

/// The thread that scrubs a journal: a pass a day, beside everything else, with a fiftieth of a core at most.
public final class Scrubber: Sendable {
    private let journal: Journal
    private let told: @Sendable (Report) -> Void
    private let isStopping = Mutex(false)
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let delay: Double

    /// How a pass ended.
    public struct Report: Sendable {
        /// Rows that were looked at.
        public let rows: Int
        /// Those of them that were given a tag.
        public let tagged: Int
        /// What is wrong, without any value of a record.
        public let findings: [JournalFault]
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - delay: Seconds until the first pass, which waits for the start to be over.
    ///   - told: Called on it after each pass.
    public init(
        _ journal: Journal, delay: Double = VitalsStoreLimits.scrubDelaySeconds,
        told: @escaping @Sendable (Report) -> Void
    ) {
        self.journal = journal
        self.delay = delay
        self.told = told
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "vitalsd-scrub"
        thread.start()
    }

    /// Ends the thread, within a batch.
    public func stop() {
        isStopping.withLock { $0 = true }
        wake.signal()
        ended.wait()
    }

    private func run() {
        var pause = delay
        while sleep(seconds: pause) {
            let began = DispatchTime.now()
            pass()
            let took = Double(DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds) / 1e9
            pause = max(VitalsStoreLimits.scrubDelaySeconds, VitalsStoreLimits.scrubIntervalSeconds - took)
        }
    }

    /// One pass, from the first record to the last.
    private func pass() {
        var scrub = Scrub(journal)
        do {
            while true {
                let began = Self.processorSeconds
                guard try scrub.step() == .more else { break }
                guard sleep(seconds: (Self.processorSeconds - began) * Self.share) else { return }
            }
            if !scrub.findings.isEmpty { try note(scrub.findings) }
        } catch {
            // The journal was closed, or is being opened anew: the next pass looks again.
            return
        }
        told(Report(rows: scrub.rows, tagged: scrub.tagged, findings: scrub.findings))
    }

    private func note(_ findings: [JournalFault]) throws(JournalError) {
        let note = LedgerNote(.damage) { writer in
            writer.member("found", "scrub")
            writer.member("sequences", array: { for fault in findings { $0.value(fault.sequence) } })
        }
        try journal.note([note])
    }

    /// False when the thread is to end.
    private func sleep(seconds: Double) -> Bool {
        // The one signal may have ended an earlier pause, within a pass.
        guard !isStopping.withLock({ $0 }) else { return false }
        _ = wake.wait(timeout: .now() + seconds)
        return !isStopping.withLock { $0 }
    }

    /// Idle seconds for each second of work.
    private static let share = 100 / Double(VitalsStoreLimits.scrubPercentMax) - 1

    /// What this thread has used of a core.
    private static var processorSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
