import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit
import VitalsTools

@Suite("Replaying into a journal")
struct ReplayJournalTests {
    let bench: Workbench
    let capture = Workbench.fixture("captures/two-sensors.btsnoop")
    let faults = Workbench.fixture("captures/faults.btsnoop")

    init() throws { bench = try Workbench() }

    private func replay(_ files: [String], into name: String = "journal.db") throws -> String {
        try bench.digest(files) { $0.journal = bench.path(name) }
    }

    private func records(_ name: String = "journal.db") throws -> [Record] {
        try JournalReader(path: bench.path(name)).records(after: 0, limit: .max)
    }

    /// A journal that holds only the beginning of what another holds, as after kill -9.
    private func cut(_ name: String, to count: Int, as copy: String) throws {
        let journal = try Journal(
            path: bench.path(copy), gateway: "gateway", created: WallTime(microseconds: 0))
        try journal.append(Array(try records(name).prefix(count)))
        try journal.close()
    }

    @Test("The journal's digest is the replay's")
    func digest() throws {
        let digest = try replay([capture])
        #expect(try bench.digest([capture]) == digest)
        #expect(try bench.journal("journal.db") { try $0.digest(to: $1) } == digest)
    }

    @Test("The same recording twice is there once (lesson 31)")
    func twice() throws {
        let digest = try replay([capture])
        let records = try records()
        #expect(try replay([capture]) == digest)
        #expect(try self.records() == records)
    }

    @Test("A replay that was cut off anywhere goes on to the undisturbed journal (lesson 31)")
    func resume() throws {
        let digest = try replay([faults], into: "whole.db")
        let count = try records("whole.db").count
        for length in [1, 2, count / 2, count - 1] {
            try cut("whole.db", to: length, as: "\(length).db")
            #expect(try replay([faults], into: "\(length).db") == digest)
            #expect(try bench.journal("\(length).db") { try $0.digest(to: $1) } == digest)
        }
    }

    @Test("Several recordings are resumed as a row, in the middle of either")
    func resumeSeveral() throws {
        let digest = try replay([capture, faults], into: "whole.db")
        let records = try records("whole.db")
        let second = try #require(records.lastIndex { $0.kind == .start })
        for length in [second - 3, second, second + 1, second + 10] {
            try cut("whole.db", to: length, as: "\(length).db")
            #expect(try replay([capture, faults], into: "\(length).db") == digest)
            #expect(try self.records("\(length).db") == records)
        }
    }

    @Test("Another recording, and another order, are new runs behind the head")
    func newRuns() throws {
        _ = try replay([capture])
        let first = try records()
        _ = try replay([faults])
        let both = try records()
        #expect(Array(both.prefix(first.count)) == first)
        _ = try replay([capture])
        let three = try records()
        #expect(three.count == both.count + first.count)
        #expect(three.filter { $0.kind == .start }.count == 3)
        #expect(try bench.journal("journal.db") { try $0.verify(to: $1) }.hasPrefix("\(three.count) records, chain OK"))
    }

    @Test("Other records under the same start are an error that names the first, and nothing is written")
    func differs() throws {
        _ = try replay([faults], into: "whole.db")
        var changed = try records("whole.db")
        changed[1].body = Array(#"{"state":"other"}"#.utf8)
        let journal = try Journal(
            path: bench.path("other.db"), gateway: "gateway", created: WallTime(microseconds: 0))
        try journal.append(Array(changed.prefix(5)))
        try journal.close()
        let failure = Workbench.failure { _ = try replay([faults], into: "other.db") }
        #expect(failure?.text.contains("record 2 is already there with other content") == true)
        #expect(failure?.status == 65)
        #expect(try records("other.db").count == 5)
    }
}
