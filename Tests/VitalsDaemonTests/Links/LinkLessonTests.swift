import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

/// Field lessons 1 to 3, 12 and 14: finding sensors and making links to them.
@Suite("Links are made")
struct LinkLessonTests {
    typealias Depth = LessonStage.Depth

    @Test("lesson 1: a connection left in progress by a killed gateway is ended, and made", arguments: Depth.allCases)
    func leftInProgress(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1)])
        stage.fault(.connectPending)
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(1, "Connect answers InProgress, left by a killed process: streaming", budget: .seconds(30), time)
        stage.end()
    }

    @Test("lesson 1: a bond survives a connection left in progress", arguments: Depth.allCases)
    func leftInProgressBonded(_ depth: Depth) throws {
        var strap = VirtualSensor.strap(1)
        strap.isBonded = true
        let stage = try LessonStage(depth, [strap])
        stage.fault(.connectPending)
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(1, "the same with a bonded sensor, which is not removed", budget: .seconds(30), time)
        #expect(stage.calls("Adapter1.RemoveDevice") == 0)
        stage.end()
    }

    @Test("lesson 1: kill -9 of the gateway with links up: it takes them over when it is back")
    func killedGateway() throws {
        let stage = try LessonStage(.fake, [.strap(1), .oximeter(2), .strap(3)])
        try stage.stream()
        try stage.restartGateway()
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(1, "kill -9 of the gateway with three links up: all streams back", budget: .seconds(30), time)
        stage.end()
    }

    @Test("lesson 1: a leftover link that never resolves is ended and made anew", arguments: Depth.allCases)
    func unresolvedLeftover(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1)])
        stage.order(.leftover(VirtualSensor.address(1), AdapterIndex(0), isResolved: false))
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(1, "a link that nobody made and that never resolves: streaming", budget: .seconds(30), time)
        stage.end()
    }

    @Test("lesson 2: discovery that answers InProgress is tried again until it runs", arguments: Depth.allCases)
    func discoveryBusy(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1)])
        stage.order(.adapterFault(AdapterIndex(0), .discoveryFails(.inProgress)))
        try stage.harness.start()
        let hours = depth == .simulated ? MonotonicTime.Span.seconds(4 * 3_600) : .seconds(3)
        #expect(try !stage.harness.run(hours) { stage.allSend })
        stage.order(.mendAdapter(AdapterIndex(0)))
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        let span = depth == .simulated ? "4 h" : "3 s"
        stage.judge(2, "StartDiscovery answers InProgress for \(span): streaming after it", budget: .seconds(60), time)
        #expect(!stage.harness.has(.discoveryStuck))
        stage.end()
    }

    @Test("lesson 3: discovery that goes on without us is reported, and over when it is over")
    func discoveryStuck() throws {
        let stage = try LessonStage(.simulated, [.strap(1)])
        stage.order(.adapterFault(AdapterIndex(0), .discoveryStuck))
        try stage.harness.start()
        // While the gateway itself listens it cannot tell; it can when it stops, in order to connect.
        let time = try stage.harness.measure(.seconds(600)) { stage.harness.has(.discoveryStuck) }
        stage.judge(3, "discovery goes on without us: reported", budget: .seconds(180), time)
        stage.order(.mendAdapter(AdapterIndex(0)))
        let after = try stage.harness.measure(.seconds(600)) { stage.allSend && !stage.harness.has(.discoveryStuck) }
        stage.judge(3, "discovery went on without us: streaming after it", budget: .seconds(120), after)
    }

    @Test("lesson 3: a gateway that stops leaves no discovery and no link behind")
    func stopsDiscovery() throws {
        let stage = try LessonStage(.fake, [.strap(1), .strap(2)])
        stage.order(.remove(VirtualSensor.address(2)))
        try stage.harness.start()
        let isReady = try stage.harness.run(.seconds(20)) {
            stage.harness.count(VirtualSensor.address(1)) > 0 && stage.fake?.snapshot.discovering.isEmpty == false
        }
        #expect(isReady)
        stage.harness.stop()
        let time = try stage.harness.measure(.seconds(120)) {
            stage.fake?.snapshot.discovering.isEmpty == true && stage.fake?.snapshot.linked.isEmpty == true
        }
        stage.judge(3, "the gateway stops: no discovery and no link is left", budget: .seconds(5), time)
    }

    @Test("lesson 12: more sensors than slots take turns", arguments: Depth.allCases)
    func slots(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1), .strap(2), .strap(3)]) { configuration in
            configuration.slots = 2
            configuration.rotation = depth == .fake ? .seconds(1) : .seconds(300)
        }
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(1_200)) { stage.allSend }
        let rotation = depth == .fake ? "1 s" : "300 s"
        let budget: MonotonicTime.Span = depth == .fake ? .seconds(20) : .seconds(360)
        stage.judge(12, "3 sensors, 2 slots, rotation every \(rotation): each was read", budget: budget, time)
        stage.end()
    }

    @Test("lesson 12: a controller with fewer slots than configured is noticed, and reported for whoever waits")
    func fewSlots() throws {
        let stage = try LessonStage(.simulated, (1...4).map { .strap($0) })
        stage.order(.adapterFault(AdapterIndex(0), .slots(3, .connectionLimit)))
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(300)) {
            stage.sensors.contains { stage.harness.has(.noSlot, $0) }
        }
        stage.judge(12, "the controller refuses a fourth link: reported for that sensor", budget: .seconds(60), time)
        #expect(stage.harness.linked.count == 3)
    }

    @Test("lesson 12: le-connection-abort-by-local is tried again", arguments: Depth.allCases)
    func aborted(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1), .oximeter(2)])
        stage.fault(.connectFails(.other, times: 2))
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(
            12, "le-connection-abort-by-local twice for each of two sensors: streaming", budget: .seconds(30), time)
        stage.end()
    }

    @Test("lesson 14: a sensor that lost its bond is reported, keeps its bond here, and is not hammered")
    func bondLost() throws {
        var strap = VirtualSensor.strap(1)
        strap.requiresBond = true
        strap.isBonded = true
        for depth in Depth.allCases {
            let stage = try LessonStage(depth, [strap]) { $0.sensors[strap.address]?.requiresBond = true }
            stage.fault(.bondRefused)
            try stage.harness.start()
            let time = try stage.harness.measure(.seconds(120)) { stage.harness.has(.pairingNeeded, strap.address) }
            stage.judge(14, "the sensor lost its bond: reported as to be paired again", budget: .seconds(60), time)
            #expect(stage.calls("Adapter1.RemoveDevice") == 0)
            guard depth == .simulated else { continue }
            let before = stage.harness.ups[strap.address] ?? 0
            try stage.harness.run(.seconds(3_600))
            let tries = (stage.harness.ups[strap.address] ?? 0) - before
            #expect((1...13).contains(tries), "\(tries) connections in an hour")
            stage.order(.mend(strap.address))
            let after = try stage.harness.measure(.seconds(600)) { stage.allSend }
            stage.judge(14, "the sensor has its bond again: streaming", budget: .seconds(310), after)
            #expect(!stage.harness.has(.pairingNeeded, strap.address))
            stage.end()
        }
    }
}
