import Testing
import VitalsModel

@testable import VitalsCore

@Suite("A stream that brings nothing (lessons 17 and 19)")
struct StreamWatchTests {
    private func watch(at time: Double = 0) -> StreamWatch {
        var watch = StreamWatch(.heartRateMeasurement, span: .seconds(10))
        watch.subscribed(at: .at(time))
        return watch
    }

    /// The actions up to a second, the link being made anew at once where that is what is done.
    private func run(
        _ watch: inout StreamWatch, from start: Int, to end: Int, mayReconnect: Bool = true
    ) -> [(second: Int, action: StreamWatch.Action)] {
        var actions: [(Int, StreamWatch.Action)] = []
        for second in start...end {
            let time = MonotonicTime.at(Double(second))
            guard let action = watch.expire(at: time, mayReconnect: mayReconnect) else { continue }
            actions.append((second, action))
            if action == .reconnect || action == .recoverAdapter {
                watch.ended()
                watch.subscribed(at: time)
            }
        }
        return actions
    }

    @Test("is subscribed to again, connected again, its adapter recovered, then somebody is told, 10 s each")
    func steps() {
        var watch = watch()
        let actions = run(&watch, from: 1, to: 60)
        #expect(actions.map(\.second) == [10, 20, 30, 40])
        #expect(actions.map(\.action) == [.resubscribe, .reconnect, .recoverAdapter, .giveUp])
        #expect(watch.isExhausted)
    }

    @Test("afterwards there is one round every five minutes")
    func later() {
        var watch = watch()
        let rounds = run(&watch, from: 1, to: 2_000).filter { $0.action == .resubscribe }.map(\.second)
        #expect(rounds == [10, 340, 670, 1_000, 1_330, 1_660, 1_990])
    }

    @Test("a value ends it at any step, and says whether somebody had been told")
    func value() {
        for end in [5, 15, 25, 35] {
            var watch = watch()
            _ = run(&watch, from: 1, to: end)
            let wasTold = watch.value(at: .at(Double(end)))
            #expect(!wasTold)
            let actions = run(&watch, from: end + 1, to: end + 12)
            #expect(actions.map(\.second) == [end + 10] && actions.map(\.action) == [.resubscribe])
        }
        var watch = watch()
        _ = run(&watch, from: 1, to: 100)
        let wasTold = watch.value(at: .at(100))
        #expect(wasTold && !watch.isExhausted)
    }

    @Test("nothing is due without a subscription, and what was tried is remembered over the link")
    func memory() {
        var watch = watch()
        _ = run(&watch, from: 1, to: 10)
        watch.ended()
        #expect(watch.deadline == nil && watch.expire(at: .at(999), mayReconnect: true) == nil)
        watch.subscribed(at: .at(1_000))
        #expect(watch.expire(at: .at(1_010), mayReconnect: true) == .reconnect)
    }

    @Test("when the adapter stays as it is, the round is over")
    func adapterStays() {
        var watch = watch()
        _ = run(&watch, from: 1, to: 30)
        watch.adapterStays(at: .at(30))
        #expect(watch.isExhausted && watch.deadline == .at(330))
    }

    @Test("a later round leaves the link alone when it may not be made anew")
    func mild() {
        var watch = watch()
        _ = run(&watch, from: 1, to: 40)
        let actions = run(&watch, from: 41, to: 400, mayReconnect: false)
        #expect(actions.map(\.action) == [.resubscribe, .giveUp])
    }

    @Test("is live for twice its span after a value")
    func live() {
        var watch = watch()
        #expect(!watch.isLive(at: .at(1)))
        _ = watch.value(at: .at(1))
        #expect(watch.isLive(at: .at(21)) && !watch.isLive(at: .at(22)))
    }
}
