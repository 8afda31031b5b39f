import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Connection slots (lesson 12)")
struct ConnectionSlotsTests {
    private static func sensor(_ number: UInt64) -> SensorAddress { SensorAddress(rawValue: number) }

    private func holder(
        _ number: UInt64, priority: Int = 5, since: Double? = 0, isEnding: Bool = false
    ) -> ConnectionSlots.Holder {
        ConnectionSlots.Holder(
            sensor: Self.sensor(number), priority: priority, since: since.map { .at($0) }, isEnding: isEnding)
    }

    private func waiter(_ number: UInt64, priority: Int = 5, since: Double = 0) -> ConnectionSlots.Waiter {
        ConnectionSlots.Waiter(sensor: Self.sensor(number), priority: priority, since: .at(since))
    }

    private func slots(_ count: Int) -> ConnectionSlots { ConnectionSlots(configured: count, rotation: .seconds(300)) }

    @Test("a free one goes to the highest priority, then to who has waited longest, then to the lowest address")
    func order() {
        var slots = slots(5)
        let decide = { (waiters: [ConnectionSlots.Waiter]) in slots.decide(holders: [], waiters: waiters, at: .at(9)) }
        #expect(decide([]) == .wait(until: nil))
        #expect(decide([waiter(1, since: 1), waiter(2, priority: 6, since: 3)]) == .connect(Self.sensor(2)))
        #expect(decide([waiter(1, since: 4), waiter(2, since: 3)]) == .connect(Self.sensor(2)))
        #expect(decide([waiter(2, since: 3), waiter(1, since: 3)]) == .connect(Self.sensor(1)))
    }

    @Test("a higher priority displaces the lowest, of which the one that has stood longest")
    func displacement() {
        var slots = slots(3)
        let holders = [holder(1, priority: 3, since: 50), holder(2, priority: 3, since: 40), holder(3, priority: 9)]
        #expect(
            slots.decide(holders: holders, waiters: [waiter(4, priority: 5)], at: .at(60))
                == .displace(Self.sensor(2)))
        // While room is being made, nobody else is displaced.
        let ending = [holders[0], holder(2, priority: 3, since: nil, isEnding: true), holders[2]]
        #expect(slots.decide(holders: ending, waiters: [waiter(4)], at: .at(90)) == .wait(until: nil))
    }

    @Test("equal priorities rotate when a link has stood its time, a lower one never displaces")
    func rotation() {
        var slots = slots(2)
        let holders = [holder(1, since: 100), holder(2, since: 50)]
        #expect(slots.decide(holders: holders, waiters: [waiter(3)], at: .at(200)) == .wait(until: .at(350)))
        #expect(slots.decide(holders: holders, waiters: [waiter(3)], at: .at(350)) == .displace(Self.sensor(2)))
        #expect(
            slots.decide(holders: holders, waiters: [waiter(3, priority: 4)], at: .at(999)) == .wait(until: nil))
    }

    @Test("a link that is being made or hands over records is left alone")
    func undisturbed() {
        var slots = slots(2)
        let holders = [holder(1, since: nil), holder(2, since: nil)]
        #expect(slots.decide(holders: holders, waiters: [waiter(3, priority: 9)], at: .at(999)) == .wait(until: nil))
    }

    @Test("two displacements keep a distance")
    func distance() {
        var slots = slots(1)
        let high = [waiter(2, priority: 9)]
        #expect(slots.decide(holders: [holder(1)], waiters: high, at: .at(10)) == .displace(Self.sensor(1)))
        #expect(slots.decide(holders: [holder(3)], waiters: high, at: .at(11)) == .wait(until: .at(20)))
        #expect(slots.decide(holders: [holder(3)], waiters: high, at: .at(20)) == .displace(Self.sensor(3)))
    }

    @Test("what the controller had room for is the number until a link ends or five minutes passed, and never 0")
    func learned() {
        var slots = slots(5)
        slots.limitReached(links: 3, at: .at(0))
        #expect(slots.count(at: .at(299)) == 3)
        #expect(slots.count(at: .at(300)) == 5)
        slots.limitReached(links: 3, at: .at(400))
        slots.linkEnded()
        #expect(slots.count(at: .at(401)) == 5)
        slots.limitReached(links: 0, at: .at(500))
        #expect(slots.count(at: .at(501)) == 1)
        slots.limitReached(links: 9, at: .at(600))
        #expect(slots.count(at: .at(601)) == 5)
    }
}
