import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

/// Field lessons 5, 6, 8 to 11, 15 and 17 to 19: what a sensor sends, over a link that stands.
@Suite("Streams are kept")
struct StreamLessonTests {
    typealias Depth = LessonStage.Depth
    private let first = VirtualSensor.address(1)
    private let second = VirtualSensor.address(2)

    @Test("lesson 5: after reconnections each notification comes once, and nothing piles up", arguments: Depth.allCases)
    func reconnections(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1), .oximeter(2, stored: 0)])
        try stage.stream()
        var longest = MonotonicTime.Span.seconds(0)
        for round in 1...6 {
            stage.order(.drop(first))
            let ups = stage.harness.ups[first] ?? 0
            let count = stage.harness.count(first)
            let back = try stage.harness.measure(.seconds(120)) {
                (stage.harness.ups[first] ?? 0) > ups && stage.harness.count(first) > count + 3
            }
            longest = max(longest, try #require(back, "round \(round)"))
        }
        stage.judge(
            5, "6 links lost, one after the other: the longest way back to 4 values", budget: .seconds(30), longest)
        stage.expectNothingDoubled(.heartRateMeasurement, of: first)
        stage.expectNothingDoubled(.plxContinuousMeasurement, of: second)
        if let fake = stage.fake {
            let sent = fake.sent(first, .heartRateMeasurement)
            let received = stage.harness.values(first, .heartRateMeasurement)
            // What was sent last may be on its way.
            #expect(Array(sent.prefix(received.count)) == received)
            #expect(fake.snapshot.sessions <= 8)
        }
        stage.end()
    }

    @Test("lesson 6: a descriptor that ends is replaced by signals, and that is remembered", arguments: Depth.allCases)
    func acquireEnds(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1)]) { $0.sensors[first]?.method = .acquireNotify }
        stage.fault(.acquireEnds)
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(6, "AcquireNotify ends at once: streaming by StartNotify", budget: .seconds(10), time)
        let acquisitions = stage.calls("GattCharacteristic1.AcquireNotify")
        stage.harness.forgetValues()
        stage.order(.drop(first))
        #expect(try stage.harness.run(.seconds(60)) { stage.allSend })
        #expect(stage.calls("GattCharacteristic1.AcquireNotify") == acquisitions)
        stage.end()
    }

    @Test(
        "lesson 8: the first value is kept, even one that comes before StartNotify is answered",
        arguments: Depth.allCases)
    func firstValue(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1)])
        stage.fault(.firstValueEarly)
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.harness.count(first) >= 5 }
        stage.judge(
            8, "a value comes before StartNotify is answered: it and 4 more are kept", budget: .seconds(15), time)
        let numbers = stage.harness.values(first, .heartRateMeasurement)
            .compactMap { VirtualSensor.number(.heartRateMeasurement, $0)?.number }
        #expect(numbers == Array(0..<UInt64(numbers.count)))
        stage.end()
    }

    @Test("lesson 9: a StartNotify that is never answered ends at its deadline")
    func hangs() throws {
        let stage = try LessonStage(.simulated, [.strap(1), .strap(2)])
        stage.fault(.subscribeHangs(times: 1), first)
        try stage.harness.start()
        let other = try stage.harness.measure(.seconds(120)) { stage.harness.count(second) > 0 }
        stage.judge(
            9, "StartNotify of one sensor is never answered: the other one streams", budget: .seconds(10), other)
        let time = try stage.harness.measure(.seconds(120)) { stage.harness.count(first) > 0 }
        stage.judge(9, "StartNotify is never answered (deadline 35 s): streaming", budget: .seconds(60), time)
        stage.end()
    }

    @Test("lesson 9: while one sensor's StartNotify hangs, the others are read")
    func hangsAlone() throws {
        let stage = try LessonStage(.fake, [.strap(1), .strap(2)])
        stage.fault(.subscribeHangs(times: 1), first)
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.harness.count(second) > 0 }
        stage.judge(9, "StartNotify of one sensor is never answered: the other one streams", budget: .seconds(10), time)
        stage.end()
    }

    @Test("lesson 9: a backend that never answers, against its promise, stops nothing for ever")
    func noAnswer() throws {
        let stage = try LessonStage(.simulated, [.strap(1), .strap(2)])
        stage.fault(.noAnswer(times: 3), first)
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(600)) { stage.harness.count(first) > 0 }
        stage.judge(9, "three commands are never answered by the backend: streaming", budget: .seconds(300), time)
    }

    @Test("lesson 10: a table that is empty or lacks the measurement is read anew", arguments: Depth.allCases)
    func staleTable(_ depth: Depth) throws {
        for lacking in [[], [BluetoothUUID.heartRateMeasurement]] as [Set<BluetoothUUID>] {
            let stage = try LessonStage(depth, [.strap(1)])
            // The sensor was read before: what BlueZ remembers of it is what becomes wrong.
            try stage.stream()
            stage.harness.forgetValues()
            stage.fault(.tableLacks(lacking, until: .forget))
            stage.order(.drop(first))
            let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
            let what = lacking.isEmpty ? "the GATT table is empty" : "the GATT table lacks 2A37"
            stage.judge(10, "\(what) until the sensor is forgotten: streaming", budget: .seconds(30), time)
            #expect(stage.harness.recoveries(.rediscover) >= 1)
            stage.end()
        }
    }

    @Test("lesson 10: a table that never comes is asked for again")
    func unresolved() throws {
        let stage = try LessonStage(.simulated, [.strap(1)])
        stage.fault(.neverResolves(times: 1))
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(10, "connected, and ServicesResolved never comes: streaming", budget: .seconds(60), time)
        stage.end()
    }

    @Test("lesson 10: a table that stays incomplete is reported")
    func incompleteTable() throws {
        let stage = try LessonStage(.simulated, [VirtualSensor.strap(1).lacking([.heartRateMeasurement])])
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(600)) { stage.harness.has(.tableIncomplete, first) }
        stage.judge(10, "2A37 is never in the table: reported", budget: .seconds(120), time)
        let ups = stage.harness.ups[first] ?? 0
        try stage.harness.run(.seconds(3_600))
        #expect((stage.harness.ups[first] ?? 0) - ups <= 20)
    }

    @Test("lesson 11: an old notify session is ended without losing the bond", arguments: Depth.allCases)
    func heldSession(_ depth: Depth) throws {
        var strap = VirtualSensor.strap(1)
        strap.isBonded = true
        let stage = try LessonStage(depth, [strap])
        stage.fault(.subscriptionHeld)
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(11, "Failed to register notify session: streaming, the bond kept", budget: .seconds(30), time)
        #expect(stage.calls("Adapter1.RemoveDevice") == 0)
        stage.end()
    }

    @Test("lesson 15: the battery level comes once, from Battery1 or from 2A19", arguments: Depth.allCases)
    func battery(_ depth: Depth) throws {
        let hidden = VirtualSensor.strap(2).lacking([.batteryLevel])
        let stage = try LessonStage(depth, [.strap(1), hidden])
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) {
            [first, second].allSatisfy { stage.harness.values($0, .batteryLevel) == [[87]] }
        }
        stage.judge(15, "the battery service is hidden by BlueZ: its level is read", budget: .seconds(15), time)
        let values = stage.harness.count(first)
        try stage.harness.run(.seconds(60)) { stage.harness.count(first) >= values + 20 }
        #expect(stage.harness.values(first, .batteryLevel).count == 1)
        stage.end()
    }

    @Test("lesson 17: a stream that falls silent is brought back by the step that helps", arguments: Depth.allCases)
    func silent(_ depth: Depth) throws {
        for (cure, name) in [(FaultCure.resubscribe, "subscribed to again"), (.reconnect, "connected again")] {
            let stage = try LessonStage(depth, [.strap(1), .strap(2)])
            try stage.stream()
            stage.order(.fault(first, .silent(until: cure)))
            stage.harness.forgetValues()
            let time = try stage.harness.measure(.seconds(120)) { stage.harness.count(first) > 3 }
            let stale = depth == .fake ? "1.5 s" : "10 s"
            let budget: MonotonicTime.Span = depth == .fake ? .seconds(10) : .seconds(40)
            stage.judge(
                17, "connected and silent until \(name), noticed after \(stale): streaming", budget: budget, time)
            #expect(stage.harness.recoveries(.resubscribe) >= 1)
            #expect(stage.harness.recoveries(.powerCycle) == 0)
            if depth == .simulated { #expect(stage.harness.ups[second] == 1, "the other sensor was disturbed") }
            stage.end()
        }
    }

    @Test("lesson 18: eight sensors lose nothing, double nothing, reorder nothing")
    func load() throws {
        let sensors: [VirtualSensor] = (1...8).map { .both($0) }
        let stage = try LessonStage(.fake, sensors)
        try stage.stream()
        let isEnough = try stage.harness.run(.seconds(60)) {
            stage.sensors.allSatisfy { stage.harness.count($0) >= 200 }
        }
        #expect(isEnough)
        // Nothing more is sent, so that what is on its way can arrive.
        stage.fault(.silent(until: .never))
        for sensor in stage.sensors {
            for uuid in [BluetoothUUID.heartRateMeasurement, .plxContinuousMeasurement] {
                let sent = stage.fake?.sent(sensor, uuid) ?? []
                try stage.harness.run(.seconds(60)) { stage.harness.values(sensor, uuid).count >= sent.count }
                #expect(stage.harness.values(sensor, uuid) == sent, "\(sensor), \(uuid)")
            }
        }
        stage.end()
    }

    @Test("lesson 19: connected without data is a fault with a name, and over with the first value")
    func connectedWithoutData() throws {
        let stage = try LessonStage(.simulated, [.strap(1)])
        try stage.stream()
        stage.order(.fault(first, .silent(until: .never)))
        let time = try stage.harness.measure(.seconds(300)) { stage.harness.has(.silent, first) }
        stage.judge(19, "connected, and no step brings a value: reported", budget: .seconds(120), time)
        stage.order(.mend(first))
        stage.harness.forgetValues()
        let back = try stage.harness.measure(.seconds(900)) { stage.allSend && !stage.harness.has(.silent, first) }
        stage.judge(19, "the sensor sends again: the report is withdrawn", budget: .seconds(330), back)
        stage.end()
    }
}
