import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

/// Field lessons 4, 7, 13, 20 and 48: the service and the adapter.
@Suite("The service and the adapter come and go")
struct ServiceLessonTests {
    typealias Depth = LessonStage.Depth
    private let ward: [VirtualSensor] = (1...8).map { $0 % 2 == 1 ? .strap($0) : .oximeter($0, stored: 0) }

    @Test(
        "lesson 4: a killed service loses every link at once, and all stream again after it", arguments: Depth.allCases)
    func killed(_ depth: Depth) throws {
        try serviceGone(depth, .killService, "SIGKILL of bluetoothd, 8 links")
    }

    @Test("lesson 4: the same for a service that ends in order", arguments: Depth.allCases)
    func stopped(_ depth: Depth) throws {
        try serviceGone(depth, .stopService, "stop of bluetoothd, 8 links")
    }

    private func serviceGone(_ depth: Depth, _ end: LinkOrder, _ fault: String) throws {
        let stage = try LessonStage(depth, ward)
        try stage.stream()
        stage.order(end)
        let lost = try stage.harness.measure(.seconds(120)) { stage.harness.linked.isEmpty }
        stage.judge(4, "\(fault): all marked as lost", budget: .seconds(1), lost)
        try stage.harness.run(.seconds(1))
        stage.order(.startService)
        stage.harness.forgetValues()
        let back = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(4, "\(fault): all streams back after its return", budget: .seconds(10), back)
        for sensor in stage.sensors {
            stage.expectNothingDoubled(.heartRateMeasurement, of: sensor)
            stage.expectNothingDoubled(.plxContinuousMeasurement, of: sensor)
        }
        stage.end()
    }

    @Test("lesson 4: a service that stays away is reported, and streams come back hours later")
    func away() throws {
        let stage = try LessonStage(.simulated, [.strap(1)])
        try stage.stream()
        stage.order(.killService)
        let time = try stage.harness.measure(.seconds(120)) { stage.harness.has(.serviceDown) }
        stage.judge(4, "bluetoothd stays away: reported", budget: .seconds(10), time)
        try stage.harness.run(.seconds(6 * 3_600))
        stage.harness.forgetValues()
        stage.order(.startService)
        let back = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(4, "bluetoothd was away for 6 h: streaming after its return", budget: .seconds(10), back)
        #expect(!stage.harness.has(.serviceDown))
        stage.end()
    }

    @Test("lesson 7: AcquireNotify that takes the service down is not repeated for ever")
    func acquireCrash() throws {
        let stage = try LessonStage(.fake, [.strap(1), .strap(2)]) { configuration in
            configuration.sensors[VirtualSensor.address(1)]?.method = .acquireNotify
        }
        stage.fault(.acquireCrashesService(times: 2), VirtualSensor.address(1))
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(7, "AcquireNotify ends bluetoothd twice: both sensors stream", budget: .seconds(30), time)
        #expect(stage.calls("GattCharacteristic1.AcquireNotify") <= 4)
        stage.end()
    }

    @Test("lesson 13: an adapter that went quiet is recovered step by step", arguments: Depth.allCases)
    func quiet(_ depth: Depth) throws {
        for (cure, name) in [(FaultCure.restartDiscovery, "restarted discovery"), (.powerCycle, "a power cycle")] {
            let stage = try LessonStage(depth, [.strap(1)])
            stage.order(.adapterFault(AdapterIndex(0), .silent(until: cure)))
            try stage.harness.start()
            let noticed = try stage.harness.measure(.seconds(200)) { stage.harness.recoveries(.restartDiscovery) > 0 }
            stage.judge(13, "the adapter hears nothing: noticed", budget: .seconds(90), noticed)
            let time = try stage.harness.measure(.seconds(600)) { stage.allSend }
            stage.judge(
                13, "the adapter heard nothing until \(name): streaming, after it was noticed", budget: .seconds(180),
                time)
            #expect(stage.harness.recoveries(.powerCycle) >= (cure == .powerCycle ? 1 : 0))
            if depth == .simulated { #expect(stage.harness.recoveries(.powerCycle) <= 1) }
            stage.end()
        }
    }

    @Test("lesson 13: an adapter that stays quiet is reported")
    func quietForEver() throws {
        let stage = try LessonStage(.simulated, [.strap(1)])
        stage.order(.adapterFault(AdapterIndex(0), .silent(until: .never)))
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(900)) { stage.harness.has(.adapterSilent) }
        stage.judge(13, "no step of recovery mends the adapter: reported", budget: .seconds(300), time)
        try stage.harness.run(.seconds(6 * 3_600))
        #expect(stage.harness.recoveries(.powerCycle) < 40)
    }

    @Test("an adapter that is unplugged and plugged in again is used again", arguments: Depth.allCases)
    func replugged(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1), .oximeter(2)])
        try stage.stream()
        stage.order(.removeAdapter(AdapterIndex(0)))
        let lost = try stage.harness.measure(.seconds(120)) { stage.harness.linked.isEmpty }
        stage.judge(13, "the adapter is unplugged: links marked as lost", budget: .seconds(1), lost)
        try stage.harness.run(.seconds(1))
        stage.harness.forgetValues()
        stage.order(.addAdapter(AdapterIndex(0), SensorAddress(rawValue: 0x00AA_0100_0000), isPowered: false))
        let back = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(13, "the adapter is back, switched off: streaming", budget: .seconds(10), back)
        stage.end()
    }

    @Test("lesson 20: a policy that keeps the gateway from the service ends in words, and works once it is mended")
    func denied() throws {
        let stage = try LessonStage(.fake, [.strap(1)])
        stage.order(.denyAccess(true))
        try stage.harness.start()
        let reported = try stage.harness.measure(.seconds(120)) { stage.harness.has(.serviceDown) }
        stage.judge(20, "the bus denies access: reported", budget: .seconds(10), reported)
        let details =
            stage.harness.logs.compactMap(\.detail)
            + stage.harness.reports.compactMap { report in
                if case .condition(.serviceDown, true, let detail) = report.report { detail } else { nil }
            }
        #expect(details.contains { $0.contains("AccessDenied") }, "\(details)")
        stage.order(.denyAccess(false))
        let time = try stage.harness.measure(.seconds(120)) { stage.allSend }
        stage.judge(20, "the bus denied access until its policy was mended: streaming", budget: .seconds(60), time)
        #expect(!stage.harness.has(.serviceDown))
        stage.end()
    }

    @Test(
        "lesson 48: a sensor that ends the service is put off and named, and the others stream",
        arguments: Depth.allCases)
    func crashing(_ depth: Depth) throws {
        let stage = try LessonStage(depth, [.strap(1), .strap(2), .oximeter(3, stored: 0)])
        let culprit = VirtualSensor.address(1)
        stage.order(.fault(culprit, .crashesService(times: 1_000, backAfter: .milliseconds(500))))
        try stage.harness.start()
        let time = try stage.harness.measure(.seconds(120)) {
            stage.harness.has(.crashesService, culprit) && stage.harness.count(VirtualSensor.address(2)) > 0
                && stage.harness.count(VirtualSensor.address(3)) > 0
        }
        stage.judge(
            48, "connecting to one sensor ends bluetoothd: it is named, others stream", budget: .seconds(60), time)
        stage.harness.forgetValues()
        // Long enough for the others to be read in peace, and shorter than the delay of the culprit.
        if depth == .simulated {
            try stage.harness.run(.seconds(30))
            #expect(stage.harness.count(VirtualSensor.address(2)) >= 50)
        } else {
            let isRead = try stage.harness.run(.seconds(60)) { stage.harness.count(VirtualSensor.address(2)) >= 50 }
            #expect(isRead)
        }
        stage.end()
    }
}
