import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Stored records (lesson 24)")
struct StoredRecordsTests {
    private let countAll: [UInt8] = [4, 1]
    private let reportAll: [UInt8] = [1, 1]
    private let deleteAll: [UInt8] = [2, 1]
    private let abort: [UInt8] = [3, 0]
    private let record: [UInt8] = [0x01, 0x60, 0x00, 0x46, 0x00, 0xEA, 0x07, 0x0B, 0x15, 0x07, 0x1E, 0x00]

    private func counting(deletes: Bool = true) -> StoredRecords {
        var records = StoredRecords(deletes: deletes)
        let action = records.begin(at: .at(0))
        #expect(action == .write(countAll))
        return records
    }

    /// Counted, reported and waiting for the commit.
    private func storing(counted: UInt8 = 3, received: Int = 3, deletes: Bool = true) -> StoredRecords {
        var records = counting(deletes: deletes)
        let report = records.indicated([5, 0, counted, 0], at: .at(1))
        #expect(report == .write(reportAll))
        for _ in 0..<received { records.record(record, at: .at(2)) }
        let store = records.indicated([6, 0, 1, 1], at: .at(3))
        #expect(store == .makeDurable)
        return records
    }

    @Test("are counted, reported, made durable, counted again and only then deleted (lesson 40)")
    func whole() {
        var records = storing()
        let recount = records.durable(at: .at(4))
        let delete = records.indicated([5, 0, 3, 0], at: .at(5))
        let end = records.indicated([6, 0, 2, 1], at: .at(6))
        #expect(recount == .write(countAll) && delete == .write(deleteAll) && end == .finish(.fetchedAndDeleted(3)))
        #expect(!records.isUnderWay && records.deadline == nil)
    }

    @Test("are not deleted unless the configuration says so")
    func kept() {
        var records = storing(deletes: false)
        let end = records.durable(at: .at(4))
        #expect(end == .finish(.fetched(3)))
    }

    @Test("are not deleted when fewer or more came than were counted")
    func miscounted() {
        for received in [2, 4] {
            var records = storing(received: received)
            let end = records.durable(at: .at(4))
            #expect(end == .finish(.incomplete(UInt32(received), reason: "3 were counted")))
        }
    }

    @Test("are not deleted when one was stored meanwhile")
    func meanwhile() {
        var records = storing()
        _ = records.durable(at: .at(4))
        let end = records.indicated([5, 0, 4, 0], at: .at(5))
        #expect(end == .finish(.incomplete(3, reason: "more was stored meanwhile")))
    }

    @Test("are not deleted when one is malformed")
    func malformed() {
        var records = counting()
        _ = records.indicated([5, 0, 1, 0], at: .at(1))
        records.record([0x01, 0x60], at: .at(2))
        _ = records.indicated([6, 0, 1, 1], at: .at(3))
        let end = records.durable(at: .at(4))
        #expect(end == .finish(.incomplete(1, reason: "a record is malformed")))
    }

    @Test("are reported without a count by a sensor that cannot count, and never deleted then")
    func uncounted() {
        var records = counting()
        let report = records.indicated([6, 0, 4, 2], at: .at(1))
        #expect(report == .write(reportAll))
        records.record(record, at: .at(2))
        _ = records.indicated([6, 0, 1, 1], at: .at(3))
        let end = records.durable(at: .at(4))
        #expect(end == .finish(.incomplete(1, reason: "an unknown number were counted")))
    }

    @Test("there may be none, said in either way")
    func none() {
        for answer: [UInt8] in [[5, 0, 0, 0], [6, 0, 4, 6]] {
            var records = counting()
            let end = records.indicated(answer, at: .at(1))
            #expect(end == .finish(.nothingStored))
        }
        var records = counting()
        _ = records.indicated([6, 0, 4, 2], at: .at(1))
        let end = records.indicated([6, 0, 1, 6], at: .at(2))
        #expect(end == .finish(.nothingStored))
    }

    @Test("a sensor that refuses is left alone")
    func refused() {
        var records = counting()
        let busy = records.indicated([6, 0, 4, 10], at: .at(1))
        #expect(busy == .finish(.incomplete(0, reason: "server-busy")))
        var reporting = counting()
        _ = reporting.indicated([5, 0, 3, 0], at: .at(1))
        reporting.record(record, at: .at(2))
        let cut = reporting.indicated([6, 0, 1, 8], at: .at(3))
        #expect(cut == .finish(.incomplete(1, reason: "procedure-not-completed")))
        var writing = counting()
        let failed = writing.writeFailed(LinkFailure(.attribute(0xFD), "0xfd"), at: .at(1))
        #expect(failed == .finish(.incomplete(0, reason: "the control point refuses: 0xfd")))
    }

    @Test("a procedure that another client left is ended first, once")
    func leftover() {
        var records = counting()
        let busy = LinkFailure(.attribute(0xFE), "0xfe")
        let first = records.writeFailed(busy, at: .at(1))
        let again = records.indicated([6, 0, 3, 1], at: .at(2))
        let second = records.writeFailed(busy, at: .at(3))
        #expect(first == .write(abort) && again == .write(countAll))
        #expect(second == .finish(.incomplete(0, reason: "the control point refuses: 0xfe")))
    }

    @Test("a request without an answer is aborted, and the abort has a deadline too")
    func silence() {
        var records = counting()
        _ = records.indicated([5, 0, 3, 0], at: .at(1))
        records.record(record, at: .at(20))
        #expect(records.deadline == .at(50) && records.expire(at: .at(49)) == nil)
        let aborted = records.expire(at: .at(50))
        #expect(aborted == .write(abort) && records.deadline == .at(60))
        let end = records.expire(at: .at(60))
        #expect(end == .finish(.incomplete(1, reason: "no answer in time")))
    }

    @Test("records that never end are ended after half an hour")
    func endless() {
        var records = counting()
        _ = records.indicated([5, 0, 3, 0], at: .at(1))
        var action: StoredRecords.Action?
        var second = 1.0
        while action == nil, second < 10_000 {
            second += 1
            records.record(record, at: .at(second))
            action = records.expire(at: .at(second))
        }
        #expect(action == .write(abort) && second == 1_800)
    }

    @Test("a commit that does not come in time ends it, and nothing is deleted")
    func slowCommit() {
        var records = storing()
        #expect(records.deadline == .at(63))
        let end = records.expire(at: .at(63))
        #expect(end == .finish(.incomplete(3, reason: "not durable in time")))
        #expect(records.durable(at: .at(64)) == nil)
    }

    @Test("answers that make no sense are aborted or ignored, never trapped on", arguments: UInt64(0)..<200)
    func hostile(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        var records = StoredRecords(deletes: true)
        _ = records.begin(at: .at(0))
        for second in 0..<200 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let bytes = (0..<Int(state >> 61)).map { UInt8(truncatingIfNeeded: state >> (8 * UInt64($0)) & 7) }
            let time = MonotonicTime.at(Double(second))
            switch state >> 40 & 3 {
            case 0: records.record(bytes, at: time)
            case 1: _ = records.durable(at: time)
            case 2: _ = records.expire(at: time)
            default: _ = records.indicated(bytes, at: time)
            }
        }
        var second = 200.0
        while let due = records.deadline, second < 9_000 {
            second = max(second, Double(due.microseconds) / 1e6)
            _ = records.expire(at: .at(second))
        }
        #expect(!records.isUnderWay || records.deadline == nil)
    }

    @Test("a record that was handed on already is known by its bytes and its time")
    func memory() {
        var memory = StoredRecordMemory()
        #expect([memory.isNew(record), memory.isNew(record)] == [true, false])
        // Without a time, with an unset clock, or malformed, two equal ones may be two.
        for bytes: [UInt8] in [[0x00, 0x60, 0x00, 0x46, 0x00], [0x11] + record.dropFirst(), [0x01, 0x60]] {
            #expect([memory.isNew(bytes), memory.isNew(bytes)] == [true, true])
        }
        memory.clear()
        #expect(memory.isNew(record) == true)
    }

    @Test("the memory is bounded: what it has no room for is handed on")
    func boundedMemory() {
        var memory = StoredRecordMemory()
        for number in 0..<3_000 {
            var bytes = record
            bytes[10] = UInt8(number % 60)
            bytes[9] = UInt8(number / 60 % 24)
            bytes[7] = UInt8(number / 1_440 + 1)
            #expect(memory.isNew(bytes) == true)
        }
        #expect(memory.count == LinkLimits.rememberedRecordsMax)
    }
}
