import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("Link supervisor in the long run")
struct SupervisorEnduranceTests {
    private let strap = LinkScript.strap
    private let hci0 = LinkScript.hci0

    @Test("10,000 connections leave what is kept as it was after the first (lesson 16)")
    func connectCycles() {
        var script = LinkScript()
        var counts: Set<Int> = []
        for cycle in 0..<10_000 {
            script.resolve(strap, [.heartRate, .manufacturer])
            script.answer(.subscribe(strap, handle: 0x12, .startNotify))
            script.send(
                .value(strap, handle: 0x12, bytes: [0, 60]), .value(strap, handle: 0x42, bytes: [65]),
                .done(.read(strap, handle: 0x42)), .disconnected(strap, reason: nil))
            script.answer(.startDiscovery(hci0, services: []))
            script.pass(1)
            _ = script.take()
            if cycle % 100 == 0 { counts.insert(script.supervisor.storedCount) }
        }
        #expect(counts.count == 1, "\(counts)")
        #expect(script.status()?.counters.connections == 10_000)
        #expect(script.status()?.counters.values == 20_000 && script.status()?.counters.failures == 0)
    }

    @Test("events that make no sense neither trap nor unbalance nor grow anything", arguments: UInt64(0)..<40)
    func hostileEvents(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var configuration = LinkConfiguration.listing(strap, LinkScript.other)
        configuration.admitsBonded = seed % 2 == 0
        configuration.slots = random.int(-1...3)
        configuration.stale = .milliseconds(Int64(random.int(-5...5_000)))
        configuration.rotation = .milliseconds(Int64(random.int(-5...5_000)))
        configuration.qualityInterval = .milliseconds(Int64(random.int(-5...50_000)))
        var script = LinkScript(
            configuration.setting {
                $0.deletesStoredRecords = true
                $0.setsClock = true
                $0.method = seed % 3 == 0 ? .acquireNotify : .startNotify
            }, seed: seed, isReady: seed % 5 != 0)
        var up: Set<SensorAddress> = []
        var open: [LinkCommand] = []
        for _ in 0..<1_500 {
            if random.int(0...3) == 0, let command = open.popLast() {
                if random.int(0...3) == 0 { script.refuse(command, Self.kind(&random)) } else { script.answer(command) }
            } else {
                script.send(Self.event(&random))
            }
            script.pass(Double(random.int(0...40)) / 10)
            for output in script.take() {
                switch output {
                case .command(let command): open = Array(open.suffix(20)) + [command]
                case .input(.sensor(let event)):
                    switch event.kind {
                    case .linkUp(let sensor): #expect(up.insert(sensor).inserted)
                    case .linkDown(let sensor, _): #expect(up.remove(sensor) != nil)
                    case .value(let sensor, _, _): #expect(up.contains(sensor))
                    case .clock: break
                    }
                default: break
                }
            }
            if let deadline = script.supervisor.deadline { #expect(deadline > script.now) }
        }
        #expect(script.supervisor.storedCount < 1_000)
    }

    private static func kind(_ random: inout SplitMix64) -> LinkFailure.Kind {
        let kinds: [LinkFailure.Kind] = [
            .inProgress, .notConnected, .alreadyConnected, .notReady, .notPermitted, .notSupported, .notPaired,
            .authentication, .doesNotExist, .connectionLimit, .attribute(0xFE), .deadline, .serviceGone,
            .accessDenied, .other,
        ]
        return kinds[random.int(0...kinds.count - 1)]
    }

    private static func event(_ random: inout SplitMix64) -> LinkEvent {
        let sensor = SensorAddress(rawValue: 0xC000_0000_0001 + UInt64(random.int(0...3)))
        let adapter = AdapterIndex(UInt16(random.int(0...1)))
        let handles: [UInt16] = [0x12, 0x22, 0x25, 0x28, 0x32, 0x42, 0x52, 0x99]
        let handle = handles[random.int(0...handles.count - 1)]
        let tables: [[RemoteCharacteristic]] = [
            [], [.heartRate], [.battery], [.heartRate, .continuous, .battery, .manufacturer, .clock],
            [.spotCheck, .controlPoint, .model],
        ]
        switch random.int(0...15) {
        case 0: return random.int(0...3) == 0 ? .serviceDown(reason: "gone") : .serviceUp
        case 1:
            let address = SensorAddress(rawValue: UInt64(random.int(0...2)))
            let state = AdapterState(
                address: address, isPowered: random.int(0...4) > 0, isDiscovering: random.int(0...1) == 0)
            return .adapter(adapter, state)
        case 2: return random.int(0...3) == 0 ? .adapterGone(adapter) : .serviceUp
        case 3...5:
            return .advertised(
                Advertisement(
                    sensor: sensor, adapter: adapter, name: nil, services: [],
                    rssi: random.int(0...4) == 0 ? nil : -60, isBonded: random.int(0...4) == 0,
                    isConnected: random.int(0...6) == 0))
        case 6: return .forgotten(sensor)
        case 7, 8: return .connected(sensor, adapter)
        case 9, 10: return .resolved(sensor, tables[random.int(0...tables.count - 1)])
        case 11: return .disconnected(sensor, reason: random.int(0...1) == 0 ? nil : "Authentication")
        case 12, 13: return .value(sensor, handle: handle, bytes: random.bytes(random.int(0...20)))
        case 14: return random.int(0...1) == 0 ? .battery(sensor, percent: 200) : .durable(sensor)
        default: return .subscriptionEnded(sensor, handle: handle)
        }
    }
}
