import VitalsCore
import VitalsModel

@testable import VitalsHCI

/// A client and a sensor joined by nothing but a queue.
struct ClientRun {
    var client = ATTClient()
    var sensor: FakeSensor
    var now = MonotonicTime(microseconds: 0)
    /// Everything that came out but packets.
    var events: [ATTClient.Output] = []
    /// Every packet that the client sent.
    var sent: [ATTPacket] = []
    /// Whether the sensor answers.
    var isAnswering = true
    private var undelivered: [[UInt8]] = []

    init(_ sensor: FakeSensor = .strap()) { self.sensor = sensor }

    /// A run whose table is known.
    static func ready(_ sensor: FakeSensor = .strap()) -> ClientRun {
        var run = ClientRun(sensor)
        run.start()
        run.events = []
        return run
    }

    mutating func start() { drive { client, now, outputs in client.start(at: now, into: &outputs) } }

    mutating func perform(_ operation: ATTOperation, within span: MonotonicTime.Span = .seconds(35)) {
        drive { client, now, outputs in client.perform(operation, until: now + span, at: now, into: &outputs) }
    }

    mutating func receive(_ packet: ATTPacket) { receive(packet.bytes) }

    mutating func receive(_ bytes: [UInt8]) {
        drive { client, now, outputs in client.receive(bytes, at: now, into: &outputs) }
    }

    mutating func wait(_ span: MonotonicTime.Span) {
        now = now + span
        drive { client, now, outputs in client.expire(at: now, into: &outputs) }
    }

    /// Lets the sensor answer what it has not answered yet.
    mutating func answerAll() {
        isAnswering = true
        while !undelivered.isEmpty {
            let bytes = undelivered.removeFirst()
            if let answer = sensor.answer(bytes) { receive(answer) }
        }
    }

    private mutating func drive(_ body: (inout ATTClient, MonotonicTime, inout [ATTClient.Output]) -> Void) {
        var outputs: [ATTClient.Output] = []
        body(&client, now, &outputs)
        for output in outputs {
            guard case .send(let bytes) = output else {
                events.append(output)
                continue
            }
            if let packet = try? ATTPacket(bytes) { sent.append(packet) }
            undelivered.append(bytes)
        }
        if isAnswering { answerAll() }
    }
}
