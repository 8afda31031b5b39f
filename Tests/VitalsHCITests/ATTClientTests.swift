import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsHCI

@Suite("The client of an ATT channel")
struct ATTClientTests {
    private let heartRate = FakeSensor.strap().handle(0x2A37)
    private let battery = FakeSensor.strap().handle(0x2A19)

    @Test("the MTU is agreed on first, then the table is read, then Service Changed is subscribed to")
    func start() {
        var run = ClientRun()
        run.start()
        #expect(run.sent.first == .exchangeMTURequest(517))
        #expect(run.client.mtu == 517)
        guard case .resolved(let table) = run.events.first else { return #expect(Bool(false), "\(run.events)") }
        #expect(table.map(\.uuid.short) == [0x2A05, 0x2A37, 0x2A38, 0x2A39, 0x2A19])
        #expect(run.events.count == 1)
        #expect(run.sensor.configuration(0x2A05) == 2)
        #expect(run.client.deadline == nil)
    }

    @Test("a sensor that knows no MTU exchange keeps the least MTU; an offer below it counts as it")
    func smallMTU() {
        var refusing = ClientRun()
        refusing.isAnswering = false
        refusing.start()
        refusing.receive(.errorResponse(request: 0x02, handle: 0, .requestNotSupported))
        #expect(refusing.client.mtu == 23)
        #expect(refusing.sent.last == .readByGroupTypeRequest(1...0xFFFF, .primaryService))
        var sensor = FakeSensor.strap()
        sensor.mtuOffer = 5
        #expect(ClientRun.ready(sensor).client.mtu == 23)
    }

    @Test(
        "subscribing writes the configuration; values are passed on once each, in order, from the asking on (lesson 8)")
    func subscribe() {
        var run = ClientRun.ready()
        run.isAnswering = false
        run.perform(.subscribe(heartRate))
        // The first value overtakes the response.
        run.receive(.notification(heartRate, [0, 70]))
        run.answerAll()
        run.receive(.notification(heartRate, [0, 71]))
        run.receive(.notification(heartRate, [0, 71]))
        #expect(
            run.events == [
                .value(heartRate, [0, 70]), .done(.subscribe(heartRate)), .value(heartRate, [0, 71]),
                .value(heartRate, [0, 71]),
            ])
        #expect(run.sensor.configuration(0x2A37) == 1)
        run.perform(.unsubscribe(heartRate))
        run.receive(.notification(heartRate, [0, 72]))
        #expect(run.events.suffix(1) == [.done(.unsubscribe(heartRate))])
        #expect(run.sensor.configuration(0x2A37) == 0)
    }

    @Test("what only indicates is subscribed to with indications, and each is confirmed (lesson 24)")
    func indications() {
        let sensor = FakeSensor([
            (
                BluetoothUUID(0x1822),
                [
                    .init(uuid: BluetoothUUID(0x2A5E), properties: FakeSensor.indicate),
                    .init(uuid: BluetoothUUID(0x2A5F), properties: FakeSensor.indicate | FakeSensor.notify),
                ]
            )
        ])
        var run = ClientRun.ready(sensor)
        run.perform(.subscribe(sensor.handle(0x2A5E)))
        run.perform(.subscribe(sensor.handle(0x2A5F)))
        #expect(run.sensor.configuration(0x2A5E) == 2)
        #expect(run.sensor.configuration(0x2A5F) == 1)
        run.sent = []
        run.receive(.indication(sensor.handle(0x2A5E), [0, 96, 0, 70, 0]))
        #expect(run.events.last == .value(sensor.handle(0x2A5E), [0, 96, 0, 70, 0]))
        #expect(run.sent == [.confirmation])
    }

    @Test("an indication that nobody subscribed to, or that is malformed, is confirmed and passed on to nobody")
    func strayIndications() {
        var run = ClientRun.ready()
        run.sent = []
        run.receive(.indication(battery, [50]))
        run.receive([0x1D, 0x00])
        #expect(run.sent == [.confirmation, .confirmation])
        #expect(run.events.isEmpty)
        #expect(run.client.malformedPackets == 1)
    }

    @Test("several values in one packet come one by one")
    func multipleNotification() {
        var run = ClientRun.ready()
        run.perform(.subscribe(heartRate))
        run.perform(.subscribe(battery))
        run.events = []
        run.receive(
            .multipleNotification([
                .init(handle: heartRate, value: [0, 70]), .init(handle: 3, value: [1]),
                .init(handle: battery, value: [9]),
            ]))
        #expect(run.events == [.value(heartRate, [0, 70]), .value(battery, [9])])
    }

    @Test("a value longer than a packet is read in parts", arguments: [21, 22, 23, 44, 45, 511, 512])
    func longRead(_ count: Int) {
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var sensor = FakeSensor([
            (BluetoothUUID(0x180A), [.init(uuid: BluetoothUUID(0x2A24), properties: FakeSensor.read, value: value)])
        ])
        sensor.mtuOffer = 23
        var run = ClientRun.ready(sensor)
        run.perform(.read(sensor.handle(0x2A24)))
        #expect(run.events == [.value(sensor.handle(0x2A24), value), .done(.read(sensor.handle(0x2A24)))])
    }

    @Test("what the table says cannot be done is not asked for")
    func refusals() {
        let sensor = FakeSensor.strap()
        var run = ClientRun.ready()
        let sent = run.sent.count
        let location = sensor.handle(0x2A38)
        for operation in [
            ATTOperation.read(heartRate), .write(location, [1]), .subscribe(location), .unsubscribe(location),
            .read(999),
        ] {
            run.perform(operation)
        }
        let kinds = run.events.map { event in
            if case .failed(_, let failure) = event { failure.kind } else { nil as LinkFailure.Kind? }
        }
        #expect(kinds == [.notSupported, .notSupported, .notSupported, .notSupported, .doesNotExist])
        #expect(run.sent.count == sent)
    }

    @Test("a sensor's errors become failures of the same kinds as BlueZ's")
    func errors() {
        let kinds: [(UInt8, LinkFailure.Kind)] = [
            (0x01, .doesNotExist), (0x02, .notPermitted), (0x05, .notPaired), (0x06, .notSupported), (0x0C, .notPaired),
            (0x0F, .notPaired), (0x0E, .attribute(0x0E)), (0x80, .attribute(0x80)), (0xFD, .attribute(0xFD)),
        ]
        for (code, kind) in kinds {
            var run = ClientRun.ready()
            run.isAnswering = false
            run.perform(.subscribe(heartRate))
            run.receive(.errorResponse(request: 0x12, handle: heartRate + 1, ATTErrorCode(rawValue: code)))
            guard case .failed(.subscribe(heartRate), let failure) = run.events.last else {
                Issue.record("\(run.events)")
                continue
            }
            #expect(failure.kind == kind)
            #expect(failure.message.contains("0x\(String(code, radix: 16))"))
            run.receive(.notification(heartRate, [0, 70]))
            #expect(run.events.count == 1)
        }
    }

    @Test("one request is under way at a time, and operations are answered in order")
    func oneAtATime() {
        var run = ClientRun.ready()
        run.isAnswering = false
        run.sent = []
        run.perform(.read(battery))
        run.perform(.subscribe(battery))
        run.perform(.read(battery))
        #expect(run.sent == [.readRequest(battery)])
        run.answerAll()
        #expect(
            run.events == [
                .value(battery, [87]), .done(.read(battery)), .done(.subscribe(battery)), .value(battery, [87]),
                .done(.read(battery)),
            ])
    }

    @Test("a sensor that does not answer for 30 s is given up, with all that waits (lesson 9)")
    func transactionTimeout() {
        var run = ClientRun.ready()
        run.isAnswering = false
        run.perform(.read(battery))
        run.perform(.subscribe(heartRate))
        run.wait(.milliseconds(29_999))
        #expect(run.events.isEmpty)
        run.wait(.milliseconds(1))
        #expect(run.events.count == 3)
        guard case .broken(let failure) = run.events.last else { return #expect(Bool(false), "\(run.events)") }
        #expect(failure.kind == .deadline)
        #expect(failure.message == "the sensor did not answer the ATT request 0x0a within 30 s")
        run.perform(.read(battery))
        guard case .failed(.read(battery), let late) = run.events.last else { return #expect(Bool(false)) }
        #expect(late.kind == .notConnected)
        #expect(run.client.deadline == nil)
    }

    @Test("an operation that waits too long fails alone, and its late answer is nobody else's")
    func operationDeadline() {
        var run = ClientRun.ready()
        run.isAnswering = false
        run.perform(.read(battery), within: .seconds(5))
        run.perform(.read(run.sensor.handle(0x2A38)), within: .seconds(7))
        run.wait(.seconds(5))
        run.wait(.seconds(1))
        #expect(run.events == [.failed(.read(battery), LinkFailure(.deadline, "the sensor took too long"))])
        run.answerAll()
        #expect(
            run.events.dropFirst() == [.value(run.sensor.handle(0x2A38), [1]), .done(.read(run.sensor.handle(0x2A38)))])
    }

    @Test("too many operations are refused, and none is forgotten")
    func operationBound() {
        var run = ClientRun.ready()
        run.isAnswering = false
        for _ in 0..<(VitalsHCILimits.operationsMax + 5) { run.perform(.read(battery)) }
        #expect(run.events.count == 4)
        run.answerAll()
        let done = run.events.count { $0 == .done(.read(battery)) }
        #expect(done == VitalsHCILimits.operationsMax + 1)
    }

    @Test("the sensor's own requests are answered as a server without attributes does")
    func peerRequests() {
        var run = ClientRun.ready()
        run.isAnswering = false
        let expected: [(ATTPacket, ATTPacket?)] = [
            (.exchangeMTURequest(100), .exchangeMTUResponse(517)),
            (
                .readByGroupTypeRequest(1...0xFFFF, .primaryService),
                .errorResponse(request: 0x10, handle: 1, .attributeNotFound)
            ),
            (.other(0x06, [1, 0, 0xFF, 0xFF, 0, 0x28]), .errorResponse(request: 0x06, handle: 1, .attributeNotFound)),
            (.readRequest(3), .errorResponse(request: 0x0A, handle: 3, .invalidHandle)),
            (.writeRequest(3, [1]), .errorResponse(request: 0x12, handle: 3, .invalidHandle)),
            (.other(0x16, [1, 0, 0, 0]), .errorResponse(request: 0x16, handle: 0, .requestNotSupported)),
            (.other(0x52, [1, 0]), nil), (.other(0xD2, []), nil), (.confirmation, nil), (.readResponse([1]), nil),
        ]
        for (request, answer) in expected {
            run.sent = []
            run.receive(request)
            #expect(run.sent == [answer].compactMap { $0 }, "\(request)")
        }
        run.sent = []
        run.receive([0x0A])
        #expect(run.sent == [.errorResponse(request: 0x0A, handle: 0, .invalidPDU)])
    }

    @Test("a changed table is read anew; what is still there is subscribed to again, the rest ends")
    func serviceChanged() {
        var run = ClientRun.ready()
        run.perform(.subscribe(heartRate))
        run.perform(.subscribe(battery))
        run.events = []
        // The battery service is gone, and the sensor has forgotten all subscriptions.
        run.sensor = FakeSensor([
            (BluetoothUUID(0x1801), [.init(uuid: .serviceChanged, properties: FakeSensor.indicate)]),
            (BluetoothUUID(0x180D), [.init(uuid: BluetoothUUID(0x2A37), properties: FakeSensor.notify)]),
        ])
        run.receive(.indication(run.sensor.handle(0x2A05), [1, 0, 0xFF, 0xFF]))
        guard case .resolved(let table) = run.events.first else { return #expect(Bool(false), "\(run.events)") }
        #expect(table.map(\.uuid.short) == [0x2A05, 0x2A37])
        #expect(run.events.dropFirst() == [.subscriptionEnded(battery)])
        #expect(run.sensor.configuration(0x2A37) == 1)
        run.receive(.notification(heartRate, [0, 70]))
        #expect(run.events.last == .value(heartRate, [0, 70]))
    }

    @Test("a sensor whose table changes for ever is given up")
    func serviceChangedForEver() {
        var run = ClientRun.ready()
        for _ in 0...VitalsHCILimits.tableChangesMax {
            run.receive(.indication(run.sensor.handle(0x2A05), [1, 0, 0xFF, 0xFF]))
        }
        guard case .broken = run.events.last else { return #expect(Bool(false), "\(run.events.count)") }
    }

    @Test("an answer that cannot be read fails its operation, and many malformed packets end the link")
    func malformedAnswers() {
        var run = ClientRun.ready()
        run.isAnswering = false
        run.perform(.subscribe(heartRate))
        run.receive([0x13, 0xFF])
        guard case .failed(.subscribe(heartRate), let failure) = run.events.last else { return #expect(Bool(false)) }
        #expect(failure.kind == .other)
        for _ in 0..<VitalsHCILimits.malformedPacketsMax { run.receive([0x1B]) }
        guard case .broken = run.events.last else { return #expect(Bool(false), "\(run.events)") }
        let events = run.events.count
        run.receive(.notification(heartRate, [0, 70]))
        #expect(run.events.count == events)
    }

    @Test("the end of the link fails what is open, once")
    func end() {
        var run = ClientRun.ready()
        run.isAnswering = false
        run.perform(.read(battery))
        run.perform(.read(battery))
        var outputs: [ATTClient.Output] = []
        run.client.end(.notConnected, into: &outputs)
        run.client.end(.notConnected, into: &outputs)
        #expect(outputs == [.failed(.read(battery), .notConnected), .failed(.read(battery), .notConnected)])
    }

    @Test(
        "under random packets, operations and waits every operation is answered once and one request is open",
        arguments: 0..<40)
    func randomTraffic(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var run = ClientRun.ready()
        run.sent = []
        let handles = [heartRate, battery, run.sensor.handle(0x2A38), run.sensor.handle(0x2A05), 77]
        var asked = 0
        for _ in 0..<300 {
            run.isAnswering = random.int(0...3) > 0
            switch random.int(0...9) {
            case 0...3:
                let handle = handles[random.int(0...4)]
                asked += 1
                run.perform(
                    [.read(handle), .subscribe(handle), .unsubscribe(handle), .write(handle, [1])][random.int(0...3)])
            case 4: run.receive(random.bytes(random.int(0...30)))
            case 5: run.receive([UInt8(random.int(0...0x24))] + random.bytes(random.int(0...6)))
            case 6: run.receive(.indication(handles[random.int(0...4)], random.bytes(3)))
            case 7: run.wait(.seconds(Int64(random.int(0...12))))
            default: run.answerAll()
            }
        }
        run.answerAll()
        for _ in 0..<4 { run.wait(.seconds(31)) }
        let answered = run.events.count { event in
            switch event {
            case .done, .failed: true
            default: false
            }
        }
        #expect(answered == asked)
        let broken = run.events.count { event in if case .broken = event { true } else { false } }
        #expect(broken <= 1)
    }
}
