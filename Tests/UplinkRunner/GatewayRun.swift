import Foundation
import Synchronization
import VitalsCore
import VitalsJSON
import VitalsMQTT
import VitalsModel
import VitalsStore

/// One gateway: records go through the commit writer into the journal, and the uplink publishes them.
final class GatewayRun: Sendable {
    private struct State {
        var next: UInt64
        /// Made before they are needed, newest first.
        var prepared: [Record] = []
        var perSecond = 0
        var isStopping = false

        mutating func records(_ count: Int) -> [Record] {
            guard prepared.count >= count else {
                prepared.removeAll()
                return (0..<UInt64(count)).map { RecordSource.record(next + $0) }
            }
            defer { prepared.removeLast(count) }
            return prepared.suffix(count).reversed()
        }
    }

    /// Records that are submitted at once.
    private static let batch = 50
    /// How often the steady rate adds records, and how often the state is written out: seconds.
    private static let tick = 0.02
    private static let report = 0.1

    private let journal: Journal
    private let writer: GroupCommitWriter
    private let uplink: Uplink
    private let latencies: Latencies
    private let state: Mutex<State>

    init(journal path: String, gateway: String, settings: UplinkSettings) throws {
        let latencies = Latencies()
        let journal = try Journal(path: path, gateway: gateway, created: WallTime(microseconds: 1_795_246_200_000_000))
        let uplink = try Uplink(
            journal: journal, ledger: journal, settings: settings,
            transport: { MeasuringTransport(settings: $0, latencies: latencies) },
            notify: { notice in Lines.write { $0.member("notice", "\(notice)") } })
        writer = GroupCommitWriter(
            journal: journal,
            committed: { last in
                latencies.committed(through: last, at: BootClock.now())
                uplink.committed(upTo: last)
            },
            failed: { error in Lines.write { $0.member("notice", "commit failed: \(error)") } })
        self.journal = journal
        self.latencies = latencies
        self.uplink = uplink
        state = Mutex(State(next: journal.head + 1))
    }

    /// Connects, and begins to report.
    func start() throws {
        try uplink.start()
        let began = BootClock.now()
        Thread { [self] in
            var last = UplinkSnapshot()
            while !state.withLock(\.isStopping) {
                let snapshot = uplink.snapshot
                if snapshot != last { write("status", snapshot, since: began) }
                last = snapshot
                Thread.sleep(forTimeInterval: Self.report)
            }
        }.start()
        Thread { [self] in
            var owed = 0.0
            var last = BootClock.now()
            while !state.withLock(\.isStopping) {
                let now = BootClock.now()
                owed += Double(state.withLock(\.perSecond)) * Double((now - last).microseconds) / 1e6
                last = now
                commit(Int(owed))
                owed -= owed.rounded(.down)
                Thread.sleep(forTimeInterval: Self.tick)
            }
        }.start()
    }

    /// Adds so many records every second from now on.
    func set(perSecond: Int) { state.withLock { $0.perSecond = perSecond } }

    /// Makes the next so many records, so that their making is no part of what is measured.
    func prepare(_ count: Int) {
        state.withLock { state in
            state.prepared = (0..<UInt64(count)).reversed().map { RecordSource.record(state.next + $0) }
        }
    }

    /// Hands so many records to the writer, as fast as it takes them.
    func commit(_ count: Int) {
        var left = count
        while left > 0 {
            let size = min(left, Self.batch)
            let admission = state.withLock { state in
                let records = state.records(size)
                latencies.submitted(through: state.next + UInt64(size) - 1, at: BootClock.now())
                let admission = writer.submit(records)
                if case .refused = admission {
                    if !state.prepared.isEmpty { state.prepared += records.reversed() }
                    return admission
                }
                state.next += UInt64(size)
                return admission
            }
            switch admission {
            case .accepted: left -= size
            case .congested:
                left -= size
                writer.waitForRoom()
            case .refused: writer.waitForRoom()
            }
        }
    }

    /// Waits until everything handed over is durable and acknowledged, and what the far side asked for is sent again; false
    /// when that takes longer.
    func drain(seconds: Double) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        let target = state.withLock { $0.next - 1 }
        while Date() < deadline {
            let snapshot = uplink.snapshot
            if snapshot.lastCommitted >= target, snapshot.backlog == 0, snapshot.replaying == 0 { return true }
            Thread.sleep(forTimeInterval: 0.002)
        }
        return false
    }

    /// Keeps the times of new records from now on; before it none are kept.
    func mark() {
        state.withLock { latencies.mark(from: $0.next) }
        latencies.reset()
    }

    /// Writes out the times, and forgets them.
    func writeLatencies() {
        Lines.write { json in
            json.name("latencies")
            json.object { latencies.write(&$0) }
        }
        latencies.reset()
    }

    /// Ends in order within so many milliseconds.
    func stop(milliseconds: Int) throws {
        state.withLock { $0.perSecond = 0 }
        let isDurable = writer.stop(timeoutMilliseconds: milliseconds)
        let end = uplink.stop(deadline: .milliseconds(Int64(milliseconds)))
        state.withLock { $0.isStopping = true }
        try journal.close()
        write(isDurable ? "end" : "end-not-durable", end, since: BootClock.now())
    }

    private func write(_ event: String, _ snapshot: UplinkSnapshot, since began: MonotonicTime) {
        Lines.write { json in
            json.member("acknowledged", snapshot.acknowledged)
            json.member("backlog", snapshot.backlog)
            json.member("committed", snapshot.lastCommitted)
            json.member("event", event)
            json.member("flying", snapshot.inFlight)
            json.member("published", snapshot.published)
            json.member("reconnects", snapshot.reconnects)
            json.member("refused", snapshot.refused)
            json.member("state", "\(snapshot.state)")
            json.member("t", (BootClock.now() - began).microseconds)
            json.member("version", snapshot.version.map { $0 == .v5 ? "5" : "3.1.1" } ?? "")
        }
    }
}
