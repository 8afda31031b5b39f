import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

/// The supervisor against the simulated backend: whole stories on virtual time.
@Suite("Link supervisor on the simulated backend")
struct SupervisorSimulationTests {
    private static let hci0 = AdapterIndex(0)

    private func gateway(
        _ sensors: [VirtualSensor], seed: UInt64 = 1, _ change: (inout LinkConfiguration) -> Void = { _ in }
    ) -> SimulatedGateway {
        let links = SimulatedLinks(seed: seed, sensors: sensors)
        let gateway = SimulatedGateway(links, .listing(sensors, change), seed: seed)
        gateway.start()
        return gateway
    }

    private func stream(_ sensors: [VirtualSensor]) -> (SimulatedGateway) -> Bool {
        { gateway in sensors.allSatisfy { gateway.streams($0.address) } }
    }

    @Test("eight sensors stream within ten seconds; nothing is lost, doubled or reordered in five minutes (lesson 18)")
    func eightSensors() {
        let sensors = (1...8).map { $0 % 2 == 0 ? VirtualSensor.oximeter(UInt8($0)) : .both(UInt8($0)) }
        let gateway = gateway(sensors, seed: 3) { $0.slots = 8 }
        #expect(gateway.run(for: .seconds(10), until: stream(sensors)))
        gateway.run(for: .seconds(300))
        #expect(gateway.violations == [])
        for sensor in sensors {
            #expect(gateway.streams(sensor.address))
            #expect(gateway.faults(of: sensor.address, .plxContinuousMeasurement) == [])
            #expect(gateway.received[sensor.address]?[.plxContinuousMeasurement]?.count ?? 0 > 590)
        }
        #expect(gateway.faults(of: sensors[0].address, .heartRateMeasurement) == [])
    }

    @Test("a link that is lost every 20 s: whatever was sent while subscribed is handed on once (lessons 5 and 16)")
    func regularLosses() {
        let sensors = [VirtualSensor.strap(1), .both(2)]
        let gateway = gateway(sensors)
        for _ in 0..<30 {
            #expect(gateway.run(for: .seconds(10), until: stream(sensors)))
            gateway.run(for: .seconds(20))
            for sensor in sensors { gateway.links.order(.drop(sensor.address)) }
        }
        #expect(gateway.violations == [])
        for sensor in sensors { #expect(gateway.faults(of: sensor.address, .heartRateMeasurement) == []) }
        #expect(gateway.status(sensors[0].address)?.counters.connections == 30)
    }

    @Test("a killed service: every link is lost at once, all stream within ten seconds of its return (lesson 4)")
    func serviceKilled() {
        let sensors = (1...8).map { VirtualSensor.both(UInt8($0)) }
        let gateway = gateway(sensors) { $0.slots = 8 }
        #expect(gateway.run(for: .seconds(20), until: stream(sensors)))
        gateway.links.order(.killService)
        gateway.run(for: .milliseconds(100))
        #expect(sensors.allSatisfy { gateway.status($0.address)?.phase == .waiting })
        gateway.run(for: .seconds(30))
        #expect(gateway.supervisor.conditions == [.serviceDown])
        gateway.links.order(.startService)
        #expect(gateway.run(for: .seconds(10), until: stream(sensors)))
        #expect(gateway.supervisor.conditions == [] && gateway.violations == [])
    }

    @Test("an attempt that a killed process left: connected within thirty seconds (lesson 1)")
    func pendingAttempt() {
        let sensor = VirtualSensor.strap(1)
        let gateway = gateway([sensor])
        gateway.links.order(.fault(sensor.address, .connectPending))
        #expect(gateway.run(for: .seconds(30), until: stream([sensor])))
        #expect(gateway.violations == [])
    }

    @Test(
        "a link that a killed process left: streaming within thirty seconds (lessons 1 and 4)",
        arguments: [true, false])
    func leftover(isResolved: Bool) {
        let sensor = VirtualSensor.strap(1)
        let gateway = gateway([sensor])
        gateway.links.order(.leftover(sensor.address, Self.hci0, isResolved: isResolved))
        #expect(gateway.run(for: .seconds(30), until: stream([sensor])))
        #expect(gateway.violations == [])
    }

    @Test("discovery that fails: resumed within a minute after the fault clears (lesson 2)")
    func discoveryFails() {
        let sensor = VirtualSensor.strap(1)
        let gateway = SimulatedGateway(SimulatedLinks(sensors: [sensor]), .listing([sensor]))
        gateway.links.order(.adapterFault(Self.hci0, .discoveryFails(.inProgress)))
        gateway.start()
        gateway.run(for: .seconds(600))
        #expect(gateway.supervisor.conditions == [.discoveryStuck])
        gateway.links.order(.mendAdapter(Self.hci0))
        #expect(gateway.run(for: .seconds(60), until: stream([sensor])))
        #expect(gateway.supervisor.conditions == [])
    }

    @Test("discovery that is stuck is named within three minutes, and all is well when it ends (lesson 3)")
    func discoveryStuck() {
        let sensor = VirtualSensor.strap(1)
        let gateway = SimulatedGateway(SimulatedLinks(sensors: [sensor]), .listing([sensor]))
        gateway.links.order(.adapterFault(Self.hci0, .discoveryStuck))
        gateway.start()
        #expect(gateway.run(for: .seconds(180)) { $0.supervisor.conditions == [.discoveryStuck] })
        gateway.links.order(.mendAdapter(Self.hci0))
        #expect(gateway.run(for: .seconds(120), until: stream([sensor])))
        #expect(gateway.supervisor.conditions == [])
    }

    @Test("a service killed while discovery runs: the linked sensor is back within ten seconds (lesson 4)")
    func killedWhileDiscovering() {
        let sensor = VirtualSensor.strap(1)
        let gateway = gateway([sensor]) { $0.sensors[VirtualSensor.address(9)] = SensorLink() }
        #expect(gateway.run(for: .seconds(10), until: stream([sensor])))
        gateway.links.order(.adapterFault(Self.hci0, .discoveryFails(.inProgress)))
        gateway.links.order(.killService)
        gateway.run(for: .seconds(2))
        gateway.links.order(.startService)
        gateway.links.order(.mendAdapter(Self.hci0), after: .seconds(8))
        #expect(gateway.run(for: .seconds(10), until: stream([sensor])))
    }

    @Test(
        "a silent stream is mended by the mildest step that mends it (lessons 17 and 19)",
        arguments: [
            (FaultCure.resubscribe, [LinkRecovery.resubscribe], Int64(15)),
            (.reconnect, [.resubscribe, .reconnect], 30),
        ])
    func silentStream(cure: FaultCure, steps: [LinkRecovery], seconds: Int64) {
        let sensor = VirtualSensor.strap(1)
        let gateway = gateway([sensor])
        #expect(gateway.run(for: .seconds(10), until: stream([sensor])))
        gateway.links.order(.fault(sensor.address, .silent(until: cure)))
        gateway.run(for: .seconds(5))
        #expect(gateway.run(for: .seconds(seconds), until: stream([sensor])))
        #expect(gateway.recoveries(of: sensor.address) == steps)
        #expect(gateway.violations == [])
    }

    @Test("a sensor that stays silent: adapter recovered, then named, and not named again when it speaks (lesson 19)")
    func silentSensor() {
        let sensor = VirtualSensor.strap(1)
        let gateway = gateway([sensor])
        #expect(gateway.run(for: .seconds(10), until: stream([sensor])))
        gateway.links.order(.fault(sensor.address, .silent(until: .never)))
        gateway.run(for: .seconds(60))
        #expect(gateway.recoveries(of: sensor.address) == [.resubscribe, .reconnect])
        #expect(gateway.recoveries(of: nil) == [.powerCycle])
        #expect(gateway.status(sensor.address)?.conditions == [.silent])
        gateway.run(for: .seconds(1_200))
        #expect(gateway.recoveries(of: nil) == [.powerCycle])
        gateway.links.order(.mend(sensor.address))
        gateway.run(for: .seconds(5))
        #expect(gateway.status(sensor.address)?.conditions == [])
        #expect(gateway.conditions(of: sensor.address).map(\.0) == [.silent, .silent])
    }

    @Test("a silent sensor beside one that streams: the adapter is left alone")
    func silentBesideAnother() {
        let sensors = [VirtualSensor.strap(1), .strap(2)]
        let gateway = gateway(sensors)
        #expect(gateway.run(for: .seconds(10), until: stream(sensors)))
        gateway.links.order(.fault(sensors[0].address, .silent(until: .never)))
        gateway.run(for: .seconds(120))
        #expect(gateway.status(sensors[0].address)?.conditions == [.silent])
        #expect(gateway.recoveries(of: nil) == [])
        #expect(gateway.status(sensors[1].address)?.counters.connections == 1)
    }

    @Test("an adapter that falls silent is found within 90 s and power-cycled back (lesson 13)")
    func silentAdapter() {
        let sensors = [VirtualSensor.strap(1), .strap(2)]
        let gateway = SimulatedGateway(SimulatedLinks(sensors: sensors), .listing(sensors))
        gateway.links.order(.adapterFault(Self.hci0, .silent(until: .powerCycle)))
        gateway.start()
        #expect(gateway.run(for: .seconds(90)) { $0.recoveries(of: nil) == [.restartDiscovery] })
        #expect(gateway.run(for: .seconds(90), until: stream(sensors)))
        #expect(gateway.recoveries(of: nil) == [.restartDiscovery, .powerCycle])
    }

    @Test("six sensors share five slots: each is read in turn, and nobody is left out (lesson 12)")
    func rotation() {
        let sensors = (1...6).map { VirtualSensor.strap(UInt8($0)) }
        let gateway = gateway(sensors) { $0.rotation = .seconds(60) }
        gateway.run(for: .seconds(1_800))
        let counts = sensors.map { gateway.received[$0.address]?[.heartRateMeasurement]?.count ?? 0 }
        // 30 minutes at two values a second, shared by six on five slots: 3,000 each if it were ideal.
        #expect(counts.allSatisfy { $0 > 2_500 && $0 < 3_300 }, "\(counts)")
        #expect(gateway.violations == [])
    }

    @Test("a sensor of higher priority gets a slot within ten seconds, and keeps it (lesson 12)")
    func priority() {
        let sensors = (1...5).map { VirtualSensor.strap(UInt8($0)) }
        let gateway = gateway(Array(sensors.prefix(4))) {
            $0.slots = 4
            $0.sensors[VirtualSensor.address(5)] = SensorLink()
            $0.sensors[VirtualSensor.address(5)]?.priority = 9
            $0.rotation = .seconds(30)
        }
        #expect(gateway.run(for: .seconds(10), until: stream(Array(sensors.prefix(4)))))
        gateway.links.order(.add(sensors[4]))
        #expect(gateway.run(for: .seconds(10), until: stream([sensors[4]])))
        gateway.run(for: .seconds(600))
        #expect(gateway.status(sensors[4].address)?.counters.connections == 1)
    }

    @Test(
        "stored spot checks are fetched, and deleted when durable only if configured (lesson 24)",
        arguments: [true, false])
    func storedRecords(deletes: Bool) {
        let sensor = VirtualSensor.oximeter(1, stored: 7)
        let gateway = gateway([sensor]) { $0.sensors[sensor.address]?.deletesStoredRecords = deletes }
        gateway.run(for: .seconds(10))
        #expect(gateway.received[sensor.address]?[.plxSpotCheckMeasurement] == sensor.stored)
        #expect(gateway.links.stored(sensor.address).isEmpty == deletes)
    }

    @Test("records with a time are handed on once, however often the sensor reports them (lesson 24)")
    func repeatedRecords() {
        var sensor = VirtualSensor.oximeter(1)
        sensor.stored = (0..<5).map { [0x01, 0x60, 0x00, 0x46, 0x00, 0xEA, 0x07, 0x0B, 0x15, 0x07, 0x1E, $0] }
        let gateway = gateway([sensor])
        for _ in 0..<4 {
            gateway.run(for: .seconds(10))
            gateway.links.order(.drop(sensor.address))
        }
        #expect(gateway.received[sensor.address]?[.plxSpotCheckMeasurement] == sensor.stored)
        #expect(gateway.status(sensor.address)?.counters.repeated == 15)
    }

    @Test("one sensor ends the service each time: the other one streams nearly all the time (lesson 48)")
    func crashing() {
        let sensors = [VirtualSensor.strap(1), .strap(2)]
        let gateway = gateway(sensors)
        gateway.links.order(.fault(sensors[1].address, .crashesService(times: 1_000, backAfter: .seconds(2))))
        gateway.run(for: .seconds(3_600))
        #expect(gateway.status(sensors[1].address)?.conditions == [.crashesService])
        let count = gateway.received[sensors[0].address]?[.heartRateMeasurement]?.count ?? 0
        #expect(count > 7_000, "\(count) of 7,200")
        #expect(gateway.streams(sensors[0].address))
    }

    @Test("an adapter that is unplugged and plugged in again: all stream within ten seconds of it")
    func replugged() {
        let sensors = [VirtualSensor.strap(1), .both(2)]
        let gateway = gateway(sensors)
        #expect(gateway.run(for: .seconds(10), until: stream(sensors)))
        gateway.links.order(.removeAdapter(Self.hci0))
        gateway.run(for: .seconds(20))
        #expect(gateway.supervisor.conditions == [.adapterMissing])
        gateway.links.order(.addAdapter(Self.hci0, SensorAddress(rawValue: 0x00AA_0100_0000), isPowered: false))
        #expect(gateway.run(for: .seconds(10), until: stream(sensors)))
        #expect(gateway.supervisor.conditions == [] && gateway.violations == [])
    }

    @Test("the same seed gives the same outputs, another one other pauses")
    func determinism() {
        let run = { (seed: UInt64) -> [SimulatedLinks.Received] in
            let sensors = (1...4).map { VirtualSensor.both(UInt8($0)) }
            let gateway = SimulatedGateway(SimulatedLinks(seed: 5, sensors: sensors), .listing(sensors), seed: seed)
            gateway.start()
            for sensor in sensors { gateway.links.order(.fault(sensor.address, .connectFails(.other, times: 3))) }
            gateway.run(for: .seconds(60))
            return gateway.links.commands
        }
        #expect(run(1) == run(1))
        #expect(run(1) != run(2))
    }
}
