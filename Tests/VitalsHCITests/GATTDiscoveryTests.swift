import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsHCI

@Suite("Discovery of a GATT table")
struct GATTDiscoveryTests {
    /// Drives a discovery against a sensor.
    private func discover(_ sensor: FakeSensor) throws -> (table: GATTTable, requests: Int) {
        var (sensor, discovery, requests) = (sensor, GATTDiscovery(), 0)
        while let request = discovery.request {
            requests += 1
            let reply = sensor.answer(request.bytes)
            let answer = try ATTPacket(try #require(reply))
            try discovery.take(answer)
        }
        return (discovery.table, requests)
    }

    @Test("services, characteristics and configuration descriptors of a strap are found")
    func strap() throws {
        let sensor = FakeSensor.strap()
        let table = try discover(sensor).table
        let found = table.characteristics.map { "\($0.remote.service) \($0.remote.uuid) \($0.configuration ?? 0)" }
        #expect(
            found == [
                "1801 2A05 \(sensor.handle(0x2A05) + 1)", "180D 2A37 \(sensor.handle(0x2A37) + 1)", "180D 2A38 0",
                "180D 2A39 0", "180F 2A19 \(sensor.handle(0x2A19) + 1)",
            ])
        #expect(
            table.characteristics.map(\.remote.handle) == [0x2A05, 0x2A37, 0x2A38, 0x2A39, 0x2A19].map(sensor.handle))
        #expect(table.serviceChanged?.remote.handle == sensor.handle(0x2A05))
    }

    @Test("full UUIDs are found beside short ones")
    func fullUUIDs() throws {
        let service = try #require(BluetoothUUID("46a970e0-0d5f-11e2-8b5e-0002a5d5c51b"))
        let measurement = try #require(BluetoothUUID("0aad7ea0-0d60-11e2-8e3c-0002a5d5c51b"))
        let sensor = FakeSensor([
            (BluetoothUUID(0x180A), [.init(uuid: BluetoothUUID(0x2A24), properties: FakeSensor.read)]),
            (service, [.init(uuid: measurement, properties: FakeSensor.notify)]),
        ])
        let table = try discover(sensor).table
        #expect(table.characteristics.map(\.remote.uuid) == [BluetoothUUID(0x2A24), measurement])
        #expect(table.characteristics.map(\.remote.service) == [BluetoothUUID(0x180A), service])
        #expect(table.characteristics.last?.configuration != nil)
    }

    @Test("a sensor without services has an empty table (lesson 10)")
    func empty() throws {
        #expect(try discover(FakeSensor([])).table.characteristics.isEmpty)
    }

    @Test("a characteristic without a descriptor has none, and none is made up")
    func missingDescriptor() throws {
        let sensor = FakeSensor([
            (
                BluetoothUUID(0x180D),
                [
                    .init(uuid: BluetoothUUID(0x2A37), properties: FakeSensor.notify, hasConfiguration: false),
                    .init(uuid: BluetoothUUID(0x2A38), properties: FakeSensor.notify, hasConfiguration: true),
                ]
            )
        ])
        #expect(try discover(sensor).table.characteristics.map { $0.configuration != nil } == [false, true])
    }

    @Test("a table with the most characteristics that are allowed is read; with one more it is refused")
    func largest() throws {
        func sensor(_ count: Int) -> FakeSensor {
            let characteristic = FakeSensor.Characteristic(uuid: BluetoothUUID(0x2A37), properties: FakeSensor.notify)
            return FakeSensor([(BluetoothUUID(0x180D), Array(repeating: characteristic, count: count))])
        }
        let (table, requests) = try discover(sensor(LinkLimits.characteristicsMax))
        #expect(table.characteristics.count == LinkLimits.characteristicsMax)
        #expect(requests < VitalsHCILimits.discoveryRequestsMax)
        #expect(throws: GATTDiscovery.Fault.self) { try discover(sensor(LinkLimits.characteristicsMax + 1)) }
    }

    @Test("answers that go back, stay where they are or answer something else are refused")
    func hostileAnswers() throws {
        let group = ATTPacket.Group(first: 1, last: 5, value: [0x0D, 0x18])
        let services = ATTPacket.readByGroupTypeResponse([group])
        let done = ATTPacket.errorResponse(request: 0x10, handle: 6, .attributeNotFound)
        let declaration = ATTPacket.Attribute(handle: 2, value: [0x10, 3, 0, 0x37, 0x2A])
        let declarations = ATTPacket.readByTypeResponse([declaration])
        let noMore = ATTPacket.errorResponse(request: 0x08, handle: 3, .attributeNotFound)
        let sequences: [[ATTPacket]] = [
            [services, services],
            [.readByGroupTypeResponse([group, group])],
            [.readByGroupTypeResponse([.init(first: 1, last: 5, value: [1, 2, 3])])],
            [services, done, declarations, declarations],
            [services, done, .readByTypeResponse([.init(handle: 2, value: [0x10, 2, 0, 0x37, 0x2A])])],
            [services, done, .readByTypeResponse([.init(handle: 2, value: [0x10])])],
            [
                services, done, declarations, noMore,
                .findInformationResponse([.init(handle: 9, type: BluetoothUUID(0x2902))]),
            ],
            [services, .writeResponse],
            [.errorResponse(request: 0x10, handle: 1, .unlikelyError)],
        ]
        for sequence in sequences {
            var discovery = GATTDiscovery()
            for packet in sequence.dropLast() { try discovery.take(packet) }
            #expect(throws: GATTDiscovery.Fault.self, "\(sequence)") {
                try discovery.take(sequence[sequence.count - 1])
            }
        }
    }

    @Test("whatever a sensor answers, discovery ends within its bound and never traps")
    func randomAnswers() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<400 {
            var discovery = GATTDiscovery()
            var requests = 0
            var next: UInt16 = 0
            while let request = discovery.request {
                requests += 1
                #expect(requests <= VitalsHCILimits.discoveryRequestsMax + 1)
                next = next &+ UInt16(random.int(0...300))
                let answer: ATTPacket =
                    switch random.int(0...9) {
                    case 0...2:
                        .readByGroupTypeResponse([.init(first: next | 1, last: next | 1, value: random.bytes(2))])
                    case 3...5: .readByTypeResponse([.init(handle: next | 1, value: random.bytes(5))])
                    case 6...7:
                        .findInformationResponse([.init(handle: next | 1, type: BluetoothUUID(0x2902))])
                    default: .errorResponse(request: request.opcode, handle: next, .attributeNotFound)
                    }
                do { try discovery.take(answer) } catch { break }
            }
            #expect(discovery.table.characteristics.count <= LinkLimits.characteristicsMax)
        }
    }
}
