import Testing
import VitalsCore
import VitalsTestKit

@testable import VitalsStore

@Suite("The queue before the journal")
struct CommitQueueTests {
    private var maker = RecordMaker(seed: 1)
    private var values = ArrivalMaker(seed: 1)
    private var queue = CommitQueue(intervalMilliseconds: 100)

    /// A readable form of an action.
    private func text(_ action: CommitQueue.Action) -> String {
        switch action {
        case .sleep: "sleep"
        case .wait(let milliseconds): "wait \(milliseconds)"
        case .commit(let group):
            "commit \(group.records.first?.sequence ?? 0)-\(group.records.last?.sequence ?? 0)"
                + (group.arrivals.isEmpty ? "" : " and \(group.arrivals.count)")
        case .end: "end"
        }
    }

    @Test("A lone record is committed at once; those that come within the interval wait together")
    mutating func interval() {
        #expect(text(queue.next(now: 1_000)) == "sleep")
        #expect(queue.submit(maker.records(1)) == .accepted)
        #expect(text(queue.next(now: 1_000)) == "commit 1-1")
        queue.committed()
        #expect(text(queue.next(now: 1_000)) == "sleep")
        _ = queue.submit(maker.records(1))
        #expect(text(queue.next(now: 1_020)) == "wait 80")
        _ = queue.submit(maker.records(2))
        #expect(text(queue.next(now: 1_099)) == "wait 1")
        #expect(text(queue.next(now: 1_100)) == "commit 2-4")
        queue.committed()
        #expect(queue.committedTotal == 4)
    }

    @Test("A full group does not wait for the interval, and a larger one is cut")
    mutating func fullGroup() {
        _ = queue.submit(maker.records(1))
        #expect(text(queue.next(now: 0)) == "commit 1-1")
        queue.committed()
        _ = queue.submit(maker.records(VitalsStoreLimits.groupRecordsMax + 5))
        #expect(text(queue.next(now: 1)) == "commit 2-1025")
        queue.committed()
        #expect(text(queue.next(now: 1)) == "wait 100")
        #expect(text(queue.next(now: 101)) == "commit 1026-1030")
    }

    @Test("A group is bounded in bytes too, but is never empty")
    mutating func groupBytes() {
        let records = maker.records(3).map { record in
            var record = record
            record.body = Array(repeating: 0, count: VitalsStoreLimits.groupBytesMax)
            return record
        }
        _ = queue.submit(records)
        queue.flush()
        for sequence in 1...3 {
            #expect(text(queue.next(now: 0)) == "commit \(sequence)-\(sequence)")
            queue.committed()
        }
    }

    @Test("A flush does not wait for the interval")
    mutating func flush() {
        _ = queue.submit(maker.records(1))
        _ = queue.next(now: 0)
        queue.committed()
        _ = queue.submit(maker.records(1))
        queue.flush()
        #expect(text(queue.next(now: 1)) == "commit 2-2")
        queue.committed()
        queue.flushed()
        _ = queue.submit(maker.records(1))
        #expect(text(queue.next(now: 2)) == "wait 99")
    }

    @Test("Above the high-water mark it says so, and beyond the bound it takes none of a batch (lesson 32)")
    mutating func bounds() {
        let highWater = VitalsStoreLimits.queueRecordsMax / 4 * 3
        let record = maker.record()
        #expect(queue.submit(Array(repeating: record, count: highWater - 1)) == .accepted)
        #expect(queue.submit([record]) == .congested)
        #expect(queue.submit(Array(repeating: record, count: highWater)) == .refused)
        #expect(queue.submittedTotal == UInt64(highWater))
        #expect(text(queue.next(now: 0)) == "commit 1-1")
        #expect(queue.isCongested)
        queue.committed()
        #expect(!queue.isCongested)
    }

    @Test("It is bounded in bytes too")
    mutating func byteBound() {
        var record = maker.record()
        record.body = Array(repeating: 0, count: VitalsStoreLimits.queueBytesMax * 3 / 4)
        #expect(queue.submit([record]) == .congested)
        #expect(queue.submit([record]) == .refused)
    }

    @Test("What may pass is tried again with the same records, ever more slowly; then all is as before")
    mutating func retry() {
        _ = queue.submit(maker.records(2))
        #expect(text(queue.next(now: 0)) == "commit 1-2")
        _ = queue.submit(maker.records(1))
        var now: Int64 = 0
        for pause in [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000] {
            queue.failed(mayRetry: true, now: now)
            #expect(text(queue.next(now: now)) == "wait \(pause)")
            now += Int64(pause)
            #expect(text(queue.next(now: now)) == "commit 1-2")
        }
        queue.committed()
        #expect(text(queue.next(now: now)) == "commit 3-3")
        queue.failed(mayRetry: true, now: now)
        #expect(text(queue.next(now: now)) == "wait 100")
    }

    @Test("Any other failure is the end: nothing more is taken, nothing more is tried")
    mutating func failure() {
        _ = queue.submit(maker.records(1))
        _ = queue.next(now: 0)
        queue.failed(mayRetry: false, now: 0)
        #expect(queue.hasFailed)
        #expect(text(queue.next(now: 9_999)) == "end")
        #expect(queue.submit(maker.records(1)) == .refused)
        #expect(queue.committedTotal == 0)
    }

    @Test("A stop commits what is there, takes nothing more, and ends")
    mutating func stop() {
        _ = queue.submit(maker.records(1))
        _ = queue.next(now: 0)
        queue.committed()
        _ = queue.submit(maker.records(1))
        queue.stop()
        #expect(queue.submit(maker.records(1)) == .refused)
        #expect(text(queue.next(now: 1)) == "commit 2-2")
        queue.committed()
        #expect(text(queue.next(now: 1)) == "end")
    }
    @Test("Arrivals alone wait until a second after the last commit; the first one after a silence does not")
    mutating func arrivals() {
        #expect(queue.submit([], arrivals: values.arrivals(1)) == .accepted)
        #expect(text(queue.next(now: 5_000)) == "commit 0-0 and 1")
        queue.committed()
        #expect(text(queue.next(now: 5_001)) == "sleep")
        for time in [5_200, 5_700] as [Int64] {
            _ = queue.submit([], arrivals: values.arrivals(2))
            #expect(text(queue.next(now: time)) == "wait \(6_000 - time)")
        }
        #expect(text(queue.next(now: 6_000)) == "commit 0-0 and 4")
        queue.committed()
        _ = queue.submit([], arrivals: values.arrivals(1))
        #expect(text(queue.next(now: 7_001)) == "commit 0-0 and 1")
        queue.committed()
        #expect(queue.committedTotal == 6)
    }

    @Test("Records do not wait for arrivals' sake, and take along what is there; then arrivals wait a second again")
    mutating func together() {
        _ = queue.submit([], arrivals: values.arrivals(1))
        _ = queue.next(now: 0)
        queue.committed()
        _ = queue.submit([], arrivals: values.arrivals(3))
        #expect(text(queue.next(now: 300)) == "wait 700")
        _ = queue.submit(maker.records(1), arrivals: values.arrivals(1))
        #expect(text(queue.next(now: 300)) == "commit 1-1 and 4")
        queue.committed()
        _ = queue.submit([], arrivals: values.arrivals(1))
        #expect(text(queue.next(now: 301)) == "wait 999")
        _ = queue.submit(maker.records(1))
        #expect(text(queue.next(now: 301)) == "wait 99")
        #expect(text(queue.next(now: 400)) == "commit 2-2 and 1")
    }

    @Test("An arrival is never in a later group than what was submitted behind it, however groups are cut")
    mutating func order() {
        let most = VitalsStoreLimits.groupRecordsMax
        _ = queue.submit([], arrivals: values.arrivals(most - 2))
        _ = queue.submit(maker.records(1), arrivals: values.arrivals(3))
        #expect(text(queue.next(now: 0)) == "commit 0-0 and \(most)")
        queue.committed()
        #expect(text(queue.next(now: 0)) == "wait 100")
        #expect(text(queue.next(now: 100)) == "commit 1-1 and 1")
    }

    @Test("A flush and a stop take arrivals too")
    mutating func arrivalsAtTheEnd() {
        _ = queue.submit([], arrivals: values.arrivals(1))
        _ = queue.next(now: 0)
        queue.committed()
        _ = queue.submit([], arrivals: values.arrivals(1))
        queue.flush()
        #expect(text(queue.next(now: 1)) == "commit 0-0 and 1")
        queue.committed()
        queue.flushed()
        _ = queue.submit([], arrivals: values.arrivals(1))
        #expect(text(queue.next(now: 2)) == "wait 999")
        queue.stop()
        #expect(queue.submit([], arrivals: values.arrivals(1)) == .refused)
        #expect(text(queue.next(now: 2)) == "commit 0-0 and 1")
        queue.committed()
        #expect(text(queue.next(now: 2)) == "end")
        #expect(queue.committedTotal == 3)
    }

    @Test("Arrivals count towards both bounds, and a batch is taken as a whole or not at all")
    mutating func arrivalBounds() {
        let room = VitalsStoreLimits.queueRecordsMax
        #expect(queue.submit([], arrivals: values.arrivals(room - 1)) == .congested)
        #expect(queue.submit(maker.records(1), arrivals: values.arrivals(1)) == .refused)
        #expect(queue.submittedTotal == UInt64(room - 1))
        #expect(queue.submit(maker.records(1)) == .congested)

        var other = CommitQueue(intervalMilliseconds: 100)
        var arrival = values.arrivals(1)[0]
        arrival.value = Array(repeating: 0, count: VitalsStoreLimits.queueBytesMax * 3 / 4)
        #expect(other.submit([], arrivals: [arrival]) == .congested)
        #expect(other.submit([], arrivals: [arrival]) == .refused)
        _ = other.next(now: 0)
        other.committed()
        #expect(other.submit([], arrivals: [arrival]) == .congested)
    }

    @Test("A group that failed is tried again with its arrivals")
    mutating func retriedArrivals() {
        _ = queue.submit(maker.records(1), arrivals: values.arrivals(2))
        _ = queue.next(now: 0)
        _ = queue.submit([], arrivals: values.arrivals(1))
        queue.failed(mayRetry: true, now: 0)
        #expect(text(queue.next(now: 100)) == "commit 1-1 and 2")
        queue.committed()
        #expect(text(queue.next(now: 1_000)) == "commit 0-0 and 1")
    }
}
