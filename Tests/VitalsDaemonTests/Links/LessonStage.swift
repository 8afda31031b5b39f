import Testing
import VitalsBlueZ
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

/// Where a lesson is played: the real supervisor on the twin, or on the real BlueZ backend and the fake of org.bluez.
final class LessonStage {
    enum Depth: String, CaseIterable, Sendable {
        /// Virtual time, the delays of the real BlueZ and the defaults of the settings: the figures that a user would see.
        case simulated
        /// Real time and the real D-Bus code, with short delays and settings, since a test cannot wait a minute.
        case fake
    }

    let depth: Depth
    let sensors: [SensorAddress]
    private(set) var harness: LinkHarness
    /// On the fake only.
    let fake: FakeBlueZ?
    private let twin: SimulatedLinks?
    private let bus: PrivateBus?
    private let loop: EventLoop?
    private let configuration: LinkConfiguration
    private let connections = Connections()

    /// Settings of the fake, beside the defaults of the twin.
    static let shortStale = MonotonicTime.Span.milliseconds(1_500)
    static let shortSilence = MonotonicTime.Span.seconds(1)

    init(
        _ depth: Depth, _ sensors: [VirtualSensor], timing: FakeTiming = FakeTiming(),
        _ change: (inout LinkConfiguration) -> Void = { _ in }
    ) throws {
        self.depth = depth
        self.sensors = sensors.map(\.address)
        var configuration = LinkConfiguration.listing(self.sensors)
        if depth == .fake {
            configuration.stale = Self.shortStale
            configuration.adapterSilence = Self.shortSilence
        }
        change(&configuration)
        self.configuration = configuration
        switch depth {
        case .simulated:
            let links = SimulatedLinks(sensors: sensors)
            harness = LinkHarness(links, time: .simulated(links), configuration: configuration)
            (twin, bus, fake, loop) = (links, nil, nil, nil)
        case .fake:
            let bus = try PrivateBus()
            let loop = try EventLoop()
            fake = try FakeBlueZ(address: bus.address, sensors: sensors, timing: timing)
            let links = try Self.links(bus, loop, connections)
            harness = LinkHarness(links, time: .loop(loop), configuration: configuration)
            (twin, self.bus, self.loop) = (nil, bus, loop)
        }
    }

    deinit { harness.stop() }

    private static func links(
        _ bus: PrivateBus, _ loop: EventLoop, _ connections: Connections
    ) throws -> BlueZLinks {
        try BlueZLinks(loop: loop, settings: BlueZSettings()) {
            let connection = try BusConnection(address: bus.address, loop: loop)
            connections.last = connection
            return connection
        }
    }

    /// The connection that the backend made last.
    private final class Connections {
        var last: BusConnection?
    }

    func order(_ order: LinkOrder) {
        twin?.order(order)
        fake?.order(order)
    }

    func fault(_ fault: SensorFault, _ sensor: SensorAddress? = nil) {
        for sensor in sensor.map({ [$0] }) ?? sensors { order(.fault(sensor, fault)) }
    }

    /// `kill -9` of the gateway: its connection to the bus is cut, and it starts anew.
    func restartGateway() throws {
        guard let bus, let loop else { return }
        harness.abandon()
        connections.last?.close()
        let links = try Self.links(bus, loop, connections)
        harness = LinkHarness(links, time: .loop(loop), configuration: configuration)
    }

    /// Starts, and waits until all of the sensors send.
    func stream() throws {
        try harness.start()
        let isStreaming = try harness.run(.seconds(120)) { allSend }
        try #require(isStreaming, "not all sensors stream: \(harness.logs.map(\.message))")
    }

    /// Whether every sensor sent since `forgetValues`.
    var allSend: Bool { sensors.allSatisfy { harness.count($0) > 0 } }

    /// How often a method was called on the fake, or what comes nearest on the twin.
    func calls(_ method: String) -> Int { fake?.snapshot.calls[method] ?? 0 }

    /// Notes a time with its budget. Virtual time is checked against it; real time only for having come, since it is also
    /// that of everything else which the machine does.
    func judge(
        _ lesson: Int, _ fault: String, budget: MonotonicTime.Span, _ measured: MonotonicTime.Span?,
        location: SourceLocation = #_sourceLocation
    ) {
        let place: LinkResult.Place = depth == .fake ? .fake : .simulated
        let result = LinkResult(lesson: lesson, fault: fault, budget: budget, measured: measured, place: place)
        result.publish()
        let seconds = measured.map { Double($0.microseconds) / 1_000_000 }
        #expect(
            depth == .fake ? measured != nil : result.isGood,
            "lesson \(lesson), \(fault): \(seconds.map { "\($0) s" } ?? "never")",
            sourceLocation: location)
    }

    /// What holds at the end of every lesson.
    func end(location: SourceLocation = #_sourceLocation) {
        #expect(harness.broken.isEmpty, sourceLocation: location)
        #expect(twin?.violations ?? [] == [], sourceLocation: location)
    }

    /// That each sensor's numbers rise by one within a connection, and that none came twice.
    func expectNothingDoubled(_ uuid: BluetoothUUID, of sensor: SensorAddress) {
        let numbers = harness.values(sensor, uuid).compactMap { VirtualSensor.number(uuid, $0)?.number }
        #expect(Set(numbers).count == numbers.count, "\(sensor) has values that came twice")
        #expect(numbers == numbers.sorted(), "\(sensor) has values out of order")
    }
}
