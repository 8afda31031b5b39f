import Testing
import VitalsModel

@testable import VitalsCore

@Suite("An adapter that hears nothing (lesson 13)")
struct SilenceLadderTests {
    /// The actions of so many seconds with the time of each; the adapter listens again at once after each step.
    private func run(
        _ ladder: inout SilenceLadder, from start: Int = 0, to end: Int, mayDisturb: Bool = true
    ) -> [(second: Int, action: SilenceLadder.Action)] {
        var actions: [(Int, SilenceLadder.Action)] = []
        for second in start...end {
            ladder.listens(at: .at(Double(second)))
            if let action = ladder.expire(at: .at(Double(second)), mayDisturb: mayDisturb) {
                actions.append((second, action))
                ladder.listensNoLonger()
                ladder.listens(at: .at(Double(second)))
            }
        }
        return actions
    }

    @Test("discovery is restarted, the adapter power-cycled, the controller reset, then somebody is told")
    func steps() {
        var ladder = SilenceLadder(span: .seconds(60), mayReset: true)
        let actions = run(&ladder, to: 300)
        #expect(actions.map(\.second) == [60, 120, 180, 240])
        #expect(
            actions.map(\.action) == [
                .recover(.restartDiscovery), .recover(.powerCycle), .recover(.reset), .giveUp,
            ])
        #expect(ladder.isExhausted)
    }

    @Test("the controller is reset only where that is allowed")
    func withoutReset() {
        var ladder = SilenceLadder(span: .seconds(60), mayReset: false)
        #expect(
            run(&ladder, to: 200).map(\.action) == [.recover(.restartDiscovery), .recover(.powerCycle), .giveUp])
    }

    @Test("each round begins later than the last, at most half an hour after it")
    func growing() {
        var ladder = SilenceLadder(span: .seconds(60), mayReset: false)
        let starts = run(&ladder, to: 40_000).filter { $0.action == .recover(.restartDiscovery) }.map(\.second)
        let gaps = zip(starts.dropFirst(), starts).map { $0 - $1 }
        #expect(Array(gaps.prefix(7)) == [240, 360, 600, 1_080, 1_920, 1_920, 1_920])
    }

    @Test("anything heard ends it, and says whether somebody had been told")
    func heard() {
        var ladder = SilenceLadder(span: .seconds(60), mayReset: false)
        _ = run(&ladder, to: 100)
        #expect(ladder.heard(at: .at(100)) == false)
        #expect(run(&ladder, from: 100, to: 200).map(\.second) == [160])
        _ = run(&ladder, from: 201, to: 400)
        #expect(ladder.heard(at: .at(400)) == true)
        #expect(ladder.heard(at: .at(401)) == false)
    }

    @Test("an adapter over which a link streams is not switched off")
    func undisturbed() {
        var ladder = SilenceLadder(span: .seconds(60), mayReset: true)
        #expect(run(&ladder, to: 1_000, mayDisturb: false).map(\.action) == [.recover(.restartDiscovery)])
        #expect(!ladder.isExhausted)
    }

    @Test("an adapter that does not listen cannot be silent")
    func notListening() {
        var ladder = SilenceLadder(span: .seconds(60), mayReset: true)
        #expect(ladder.deadline == nil)
        #expect(ladder.expire(at: .at(9_999), mayDisturb: true) == nil)
    }
}
