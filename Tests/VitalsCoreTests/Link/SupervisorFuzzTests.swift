import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

/// The supervisor among random faults: whatever happens, what must hold does, and when the faults end every sensor streams.
@Suite("Link supervisor among random faults")
struct SupervisorFuzzTests {
    @Test("random faults, then peace: all invariants hold and every sensor streams again", arguments: 0..<UInt64(60))
    func randomFaults(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = random.int(1...6)
        let sensors = (1...count).map { number in
            switch random.int(0...2) {
            case 0: VirtualSensor.strap(UInt8(number))
            case 1: VirtualSensor.oximeter(UInt8(number), stored: random.int(0...4))
            default: VirtualSensor.both(UInt8(number))
            }
        }
        let configuration = LinkConfiguration.listing(sensors) {
            $0.slots = 8
            $0.resetsAdapter = seed % 2 == 0
        }
        let gateway = SimulatedGateway(SimulatedLinks(seed: seed, sensors: sensors), configuration, seed: seed)
        gateway.start()
        if seed % 3 == 0 {
            let second = SensorAddress(rawValue: 0x00AA_0100_0001)
            gateway.links.order(.addAdapter(AdapterIndex(1), second, isPowered: true))
        }
        for _ in 0..<random.int(5...40) {
            gateway.links.order(Self.fault(sensors, &random))
            gateway.run(for: .milliseconds(Int64(random.int(1...12_000))))
        }
        for sensor in sensors {
            gateway.links.order(.mend(sensor.address))
            gateway.links.order(.add(sensor))
        }
        let hci0 = AdapterIndex(0)
        gateway.links.order(.mendAdapter(hci0))
        gateway.links.order(.addAdapter(hci0, SensorAddress(rawValue: 0x00AA_0100_0000), isPowered: true))
        gateway.links.order(.startService)
        let began = gateway.now
        let isWell = gateway.run(for: .seconds(420)) { gateway in sensors.allSatisfy { gateway.streams($0.address) } }
        #expect(isWell, "\(gateway.supervisor.sensors)")
        #expect(gateway.violations == [])
        // Sensors that somebody was told to look at are tried every five minutes; all others are back within a minute, or a
        // minute after the last command that a fault had kept from being answered.
        let slow: Set<LinkCondition> = [
            .pairingNeeded, .tableIncomplete, .subscriptionRefused, .silent, .crashesService,
        ]
        let isSlow = sensors.contains { gateway.conditions(of: $0.address).contains { slow.contains($0.0) } }
        let limit = LinkLimits.backoffMax.microseconds + LinkLimits.connectDeadline.microseconds
        let took = gateway.now - began
        #expect(isSlow || took.microseconds <= limit, "\(took)")
    }

    @Test("more sensors than slots among random faults: each is read, in turn", arguments: 0..<UInt64(12))
    func fewSlots(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let sensors = (1...5).map { VirtualSensor.both(UInt8($0)) }
        let configuration = LinkConfiguration.listing(sensors) {
            $0.slots = random.int(1...3)
            $0.rotation = .seconds(20)
        }
        let gateway = SimulatedGateway(SimulatedLinks(seed: seed, sensors: sensors), configuration, seed: seed)
        gateway.start()
        for _ in 0..<20 {
            let sensor = sensors[random.int(0...4)].address
            switch random.int(0...3) {
            case 0: gateway.links.order(.drop(sensor))
            case 1: gateway.links.order(.fault(sensor, .connectFails(.other, times: 2)))
            case 2: gateway.links.order(.fault(sensor, .connectDrops(times: 2)))
            default: gateway.links.order(.adapterFault(AdapterIndex(0), .slots(random.int(1...3), .connectionLimit)))
            }
            gateway.run(for: .seconds(Int64(random.int(1...20))))
        }
        for sensor in sensors { gateway.links.order(.mend(sensor.address)) }
        // The longest pause that a fault has left, before everybody is counted.
        gateway.run(for: .seconds(60))
        let before = sensors.map { gateway.status($0.address)?.counters.values ?? 0 }
        gateway.links.order(.mendAdapter(AdapterIndex(0)))
        gateway.run(for: .seconds(300))
        for (sensor, count) in zip(sensors, before) {
            let values = (gateway.status(sensor.address)?.counters.values ?? 0) - count
            #expect(values > 40, "\(sensor.address) brought \(values) values in 300 s")
        }
        #expect(gateway.violations == [])
    }

    static func fault(_ sensors: [VirtualSensor], _ random: inout SplitMix64) -> LinkOrder {
        let sensor = sensors[random.int(0...sensors.count - 1)]
        let address = sensor.address
        let hci0 = AdapterIndex(0)
        let times = random.int(1...4)
        switch random.int(0...26) {
        case 0: return .fault(address, .connectFails(.other, times: times))
        case 1: return .fault(address, .connectFails(.inProgress, times: times))
        case 2: return .fault(address, .connectHangs(times: 1))
        case 3: return .fault(address, .connectPending)
        case 4: return .fault(address, .connectDrops(times: times))
        case 5: return .fault(address, .neverResolves(times: 1))
        case 6: return .fault(address, .tableLacks([], until: .forget))
        case 7:
            let lacking: Set<BluetoothUUID> = [.heartRateMeasurement, .plxContinuousMeasurement]
            return .fault(address, .tableLacks(lacking, until: .reconnect))
        case 8: return .fault(address, .subscribeFails(.other, times: 1))
        case 9: return .fault(address, .subscribeHangs(times: 1))
        case 10: return .fault(address, .subscriptionHeld)
        case 11: return .fault(address, .acquireEnds)
        case 12: return .fault(address, .firstValueEarly)
        case 13: return .fault(address, .silent(until: .resubscribe))
        case 14: return .fault(address, .silent(until: .reconnect))
        case 15: return .fault(address, .silent(until: .powerCycle))
        case 16: return .fault(address, .readFails(.other, times: times))
        case 17: return .fault(address, .crashesService(times: 1, backAfter: .seconds(Int64(times))))
        case 18: return .fault(address, .noAnswer(times: times))
        case 19: return .drop(address)
        case 20: return .remove(address)
        case 21: return .add(sensor)
        case 22: return .adapterFault(hci0, .discoveryFails(.inProgress))
        case 23: return .adapterFault(hci0, .silent(until: .powerCycle))
        case 24: return .mendAdapter(hci0)
        case 25: return random.int(0...1) == 0 ? .removeAdapter(hci0) : .killService
        default:
            return random.int(0...1) == 0
                ? .addAdapter(hci0, SensorAddress(rawValue: 0x00AA_0100_0000), isPowered: random.int(0...3) > 0)
                : .startService
        }
    }
}
