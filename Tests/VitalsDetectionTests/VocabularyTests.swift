import Testing
import VitalsDetection
import VitalsModel

@Suite("What all detectors share")
struct VocabularyTests {
    static let identities = [
        LimitDetector.identity, SaturationSeconds.identity, SignalState.identity, HampelFilter.identity,
        RateRules.identity, AtrialFibrillation.identity,
    ]

    @Test("identities are distinct, versioned and fit for a topic")
    func identitiesAreDistinct() {
        #expect(Set(Self.identities.map(\.name)).count == Self.identities.count)
        for identity in Self.identities {
            #expect(identity.version >= 1)
            #expect(identity.name.utf8.allSatisfy { isTopicCharacter($0) }, "\(identity.name)")
            #expect(identity.description == "\(identity.name)/\(identity.version)")
        }
    }

    @Test("names of refusals, states and quantities are distinct and fit for a topic")
    func namesAreDistinct() {
        let lists = [
            Refusal.allCases.map(\.name), SignalState.State.allCases.map(\.name),
            MonitoredQuantity.allCases.map(\.name),
            LimitDetector.Side.allCases.map(\.name),
        ]
        for names in lists {
            #expect(Set(names).count == names.count)
            #expect(names.allSatisfy { $0.utf8.allSatisfy { isTopicCharacter($0) } }, "\(names)")
        }
    }

    @Test("every trace visits its members in the order of their names, and a refusal has a name")
    func tracesAreSorted() {
        var limit = LimitDetector(configuration: .spO2Desaturation)
        var seconds = SaturationSeconds()
        var signal = SignalState()
        var hampel = HampelFilter()
        var rules = RateRules()
        var fibrillation = AtrialFibrillation(
            configuration: AtrialFibrillation.Configuration(words: 16, earlyWords: 16))
        check(limit.judge(.absent(.sensorOff), at: .init(microseconds: 0)))
        check(signal.linkUp(at: .init(microseconds: 0)))
        for second in 0..<40 {
            let time = MonotonicTime(microseconds: Int64(second) * 1_000_000)
            check(limit.judge(.value(80_00), at: time))
            check(seconds.judge(.value(80_00), at: time))
            let notification = SignalNotification(time: time, value: 60_00, rrIntervals: [1_024])
            check(signal.receive(notification))
            check(rules.judge(notification))
            check(hampel.judge(Int32(second)))
            check(fibrillation.judge(rr: 1_024, at: time))
        }
        check(limit.abandon(.linkDown, at: .init(microseconds: 50_000_000)))
    }

    private func check(_ output: some DetectorOutput) {
        var members: [String] = []
        output.trace { member, _ in members.append(member) }
        #expect(members == members.sorted(), "\(members)")
        #expect(Set(members).count == members.count)
        #expect(!output.decisionName.isEmpty)
        #expect(output.refusalName == output.refusal?.name)
    }

    private func isTopicCharacter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
