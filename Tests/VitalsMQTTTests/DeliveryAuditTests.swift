import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

@Suite("The audit at the receiving end")
struct DeliveryAuditTests {
    private let encoder: RecordEncoder

    init() throws {
        encoder = try RecordEncoder(identity: JournalIdentity(gateway: "g", epoch: "e1"))
    }

    private func audit(_ sequences: [UInt64]) -> DeliveryAudit {
        var audit = DeliveryAudit()
        for sequence in sequences { _ = audit.receive(encoder.message(of: .sample(sequence))) }
        return audit
    }

    @Test("every record once is 0 lost, 0 duplicated")
    func clean() {
        let report = audit(Array(1...40)).report
        #expect(report.isClean)
        #expect(report.description == "gateway g, epoch e1: 40 records, 0 lost, 0 duplicated")
    }

    @Test("one record is one record")
    func singular() {
        #expect(audit([1]).report.description == "gateway g, epoch e1: 1 record, 0 lost, 0 duplicated")
        #expect(DeliveryAudit().report.description == "no records")
    }

    @Test("a second copy is discarded and counted apart")
    func redelivered() {
        var audit = audit(Array(1...5))
        #expect(audit.receive(encoder.message(of: .sample(3))) == .redelivered)
        #expect(
            audit.report.description
                == "gateway g, epoch e1: 5 records, 0 lost, 0 duplicated (1 redelivered copy discarded)")
        _ = audit.receive(encoder.message(of: .sample(3)))
        #expect(audit.report.description.hasSuffix("(2 redelivered copies discarded)"))
        #expect(audit.report.isClean)
    }

    @Test("what is missing is named, also when only the status message tells of it")
    func missing() {
        var audit = audit([1, 2, 5, 6, 8])
        #expect(
            audit.report.description == "gateway g, epoch e1: 5 records, 3 lost, 0 duplicated; missing 3-4, 7")
        #expect(audit.receive(encoder.status(isOnline: false, last: 10)) == .status)
        #expect(audit.report.journals[0].missing == [3...4, 7...7, 9...10])
        #expect(audit.report.journals[0].lost == 5)
        #expect(!audit.report.isClean)
    }

    @Test("a long list of gaps is cut, and says so")
    func manyGaps() {
        let text = audit((1...15).map { $0 * 2 }).report.description
        #expect(text.hasSuffix("; missing 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 5 more ranges"))
    }

    @Test("one identity with two payloads is a duplicate")
    func conflicting() {
        var audit = audit([1, 2, 3])
        var record = Record.sample(3)
        record.body = Array(#"{"reason":"frozen"}"#.utf8)
        #expect(audit.receive(encoder.message(of: record)) == .conflicting)
        #expect(audit.report.journals[0].duplicated == 1)
        #expect(!audit.report.isClean)
    }

    @Test("one sample under two identities is a duplicate")
    func doubledSample() {
        var audit = audit([7])
        var record = Record.sample(7)
        record.sequence = 8
        #expect(audit.receive(encoder.message(of: record)) == .first)
        #expect(audit.report.journals[0].duplicated == 1)
    }

    @Test("the same times in another stream, of another sensor or after a step of the clock are other samples")
    func otherSamples() {
        var audit = audit([7])
        var other = Record.sample(7)
        other.sequence = 8
        other.sensor = SensorAddress(rawValue: 0xC000_0000_0002)
        _ = audit.receive(encoder.message(of: other))
        let stamp = Record.sample(7).stamp
        let pair = SpO2PulseRate(spO2: 97, pulseRate: 60)
        let oximetry = SampleBlock(samples: .oximetry([OximetrySample(stamp: stamp, normal: pair, quality: .valid)]))
        var stepped = stamp
        stepped.monotonic = stamp.monotonic + .seconds(3_600)
        let later = SampleBlock(
            samples: .heartRate([HeartRateSample(stamp: stepped, heartRate: 60, contact: .detected, quality: .valid)]))
        for (sequence, block) in [(UInt64(9), oximetry), (10, later)] {
            var record = Record.sample(7)
            record.sequence = sequence
            record.body = block.encoded()
            _ = audit.receive(encoder.message(of: record))
        }
        #expect(audit.report.journals[0].duplicated == 0)
        #expect(audit.report.journals[0].records == 4)
    }

    @Test("gateways and epochs are counted apart")
    func journals() throws {
        var audit = DeliveryAudit()
        for (gateway, epoch) in [("b", "2"), ("a", "1"), ("b", "1")] {
            let encoder = try RecordEncoder(identity: JournalIdentity(gateway: gateway, epoch: epoch))
            _ = audit.receive(encoder.message(of: .sample(1)))
        }
        #expect(audit.report.journals.map { "\($0.gateway)\($0.epoch)" } == ["a1", "b1", "b2"])
        #expect(audit.report.isClean)
    }

    @Test("a 3.1.1 receiver, without user properties, finds the same")
    func withoutProperties() {
        var audit = DeliveryAudit()
        for sequence: UInt64 in [1, 2, 2, 7, 7] {
            var message = encoder.message(of: .sample(sequence))
            message.userProperties = []
            _ = audit.receive(message)
        }
        #expect(audit.report.journals[0].records == 3 && audit.report.journals[0].redelivered == 2)
        #expect(audit.report.journals[0].missing == [3...6])
    }

    @Test("properties that contradict the payload are not believed", arguments: ["id", "count", "epoch"])
    func contradiction(_ name: String) {
        var audit = DeliveryAudit()
        var message = encoder.message(of: .sample(7))
        message.userProperties = message.userProperties.map { $0.name == name ? .init(name: name, value: "9") : $0 }
        #expect(audit.receive(message) == .unreadable)
        #expect(audit.report.description == "no records\n1 message could not be read")
        #expect(!audit.report.isClean)
    }

    @Test(
        "foreign messages are counted and trap nothing",
        arguments: [
            "", "[]", "{}", "null", "[1]", #"{"gateway":"g"}"#, #"{"gateway":"g","epoch":"e","id":0,"count":1}"#,
            #"{"gateway":"g","epoch":"e","id":-1,"count":1}"#,
            #"{"gateway":"g","epoch":"e","id":18446744073709551615,"count":18446744073709551615}"#,
            #"{"gateway":"h","epoch":"e","id":1,"count":1}"#, #"{"gateway":"g","epoch":"e","id":"1","count":1}"#,
        ])
    func foreign(_ payload: String) {
        for topic in ["vitals/v1/g/x/events", "vitals/v1/g/status", "vitals/v1/g", "", "a/b/c/d"] {
            var audit = DeliveryAudit()
            #expect(audit.receive(MQTTMessage(topic: topic, payload: Array(payload.utf8))) == .unreadable)
        }
    }

    @Test("messages of several records fill their whole range")
    func batches() {
        var audit = DeliveryAudit()
        for (first, count) in [(1, 10), (11, 5), (1, 10)] {
            let payload = #"{"count":\#(count),"epoch":"e","gateway":"g","id":\#(first)}"#
            _ = audit.receive(MQTTMessage(topic: "vitals/v1/g/x/events", payload: Array(payload.utf8)))
        }
        #expect(
            audit.report.description.hasPrefix("gateway g, epoch e: 15 records, 0 lost, 0 duplicated (1 redelivered"))
    }

    @Test("hostile topics do not exhaust the memory: so many journals are followed, the rest is counted")
    func journalBound() {
        var audit = DeliveryAudit()
        for index in 0..<(VitalsMQTTLimits.journalsMax + 3) {
            let payload = #"{"count":1,"epoch":"\#(index)","gateway":"g","id":1}"#
            _ = audit.receive(MQTTMessage(topic: "vitals/v1/g/x/events", payload: Array(payload.utf8)))
        }
        #expect(audit.report.journals.count == VitalsMQTTLimits.journalsMax)
        #expect(audit.report.unreadable == 3)
    }

    @Test("a hostile sequence at the end of the number range does not trap")
    func hugeSequence() {
        var audit = DeliveryAudit()
        let payload = #"{"count":1,"epoch":"e","gateway":"g","id":18446744073709551614}"#
        #expect(audit.receive(MQTTMessage(topic: "vitals/v1/g/x/events", payload: Array(payload.utf8))) == .first)
        let status = #"{"epoch":"e","gateway":"g","last":18446744073709551615,"state":"offline"}"#
        #expect(audit.receive(MQTTMessage(topic: "vitals/v1/g/status", payload: Array(status.utf8))) == .status)
        #expect(
            audit.report.description
                == "gateway g, epoch e: 1 record, 18446744073709551614 lost, 0 duplicated; "
                + "missing 1-18446744073709551613, 18446744073709551615")
    }

    @Test("copies older than the audit remembers are still discarded, only not compared")
    func forgetsFingerprints() {
        var audit = JournalAudit()
        let limit = UInt64(VitalsMQTTLimits.fingerprintsMax)
        for sequence in 1...(limit + 1) { _ = audit.receive(sequence...sequence, payload: [1], samples: nil) }
        #expect(audit.receive(1...1, payload: [2], samples: nil) == .redelivered)
        #expect(audit.receive(2...2, payload: [2], samples: nil) == .conflicting)
    }

    @Test("random bytes and cut messages trap nothing", arguments: 0..<20)
    func fuzz(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var audit = DeliveryAudit()
        for _ in 0..<200 {
            var message = encoder.message(of: .sample(UInt64(random.int(1...30))))
            switch random.int(0...2) {
            case 0: message.payload = random.bytes(random.int(0...40))
            case 1: message.payload.removeLast(random.int(1...message.payload.count))
            default: message.payload[random.int(0...(message.payload.count - 1))] = UInt8(random.int(0...255))
            }
            _ = audit.receive(message)
        }
        let seen = audit.report.journals.reduce(0) { $0 + $1.records + $1.redelivered + $1.duplicated }
        #expect(seen + audit.report.unreadable >= 200)
    }
}
