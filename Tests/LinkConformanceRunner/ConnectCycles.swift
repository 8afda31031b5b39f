import VitalsBlueZ
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

/// Makes and loses a link again and again, by the backend for BlueZ on the fake, and watches what grows (lesson 16). It is
/// a program of its own so that nothing else is in its figures.
struct ConnectCycles {
    /// How often.
    let count: Int

    /// What was seen.
    struct Figures {
        /// Cycles made.
        var cycles: Int
        /// Open descriptors, at the first and the last look.
        var descriptors: (Int, Int)
        /// Match rules of the backend's connection.
        var matches: (Int, Int)
        /// Resident memory, KiB.
        var memory: (Int, Int)
        /// What it grows by, octets a cycle, over the second half, by least squares.
        var slope: Double
        /// Values that came, and how many were sent.
        var received: Int
        var sent: Int
        /// Microseconds that it took.
        var span: MonotonicTime.Span

        var json: String {
            #"{"cycles":\#(cycles),"descriptors":[\#(descriptors.0),\#(descriptors.1)],"#
                + #""matches":[\#(matches.0),\#(matches.1)],"memoryKiB":[\#(memory.0),\#(memory.1)],"#
                + #""octetsPerCycle":\#((slope * 10).rounded() / 10),"received":\#(received),"sent":\#(sent),"#
                + #""seconds":\#(span.microseconds / 1_000_000)}"#
        }
    }

    /// What went wrong.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let adapter = AdapterIndex(0)
    private static let sensor = VirtualSensor.address(1)

    /// Runs them.
    func run() throws -> Figures {
        let bus = try PrivateBus()
        var timing = FakeTiming()
        (timing.connect, timing.resolve, timing.attribute) = (.milliseconds(1), .milliseconds(1), .milliseconds(1))
        timing.haste = 250
        let fake = try FakeBlueZ(address: bus.address, sensors: [.strap(1)], timing: timing)
        let loop = try EventLoop()
        var connection: BusConnection?
        let links = try BlueZLinks(loop: loop, settings: BlueZSettings()) {
            let made = try BusConnection(address: bus.address, loop: loop)
            connection = made
            return made
        }
        let cycle = Cycle(links, Self.sensor, Self.adapter)
        try links.start()
        try cycle.wait(loop, "the sensor is heard") { cycle.isHeard }
        links.perform(.stopDiscovery(Self.adapter))
        var looks: [(cycle: Int, memory: Int)] = []
        var first = (descriptors: 0, matches: 0)
        var sent = 0
        let start = MonotonicTime.boot
        let interval = max(1, count / 50)
        for number in 1...count {
            links.perform(.connect(Self.sensor, Self.adapter))
            let before = cycle.values
            try cycle.wait(loop, "cycle \(number): a value comes") { cycle.values > before }
            fake.order(.drop(Self.sensor))
            try cycle.wait(loop, "cycle \(number): the link ends") { !cycle.isLinked }
            guard number % interval == 0 else { continue }
            sent += fake.sent(Self.sensor, .heartRateMeasurement).count
            fake.forgetSent()
            looks.append((number, ProcessFigures.residentKiB))
            if looks.count == 5 { first = (ProcessFigures.descriptors, connection?.matchCount ?? -1) }
        }
        let last = (descriptors: ProcessFigures.descriptors, matches: connection?.matchCount ?? -1)
        sent += fake.sent(Self.sensor, .heartRateMeasurement).count
        links.stop()
        return Figures(
            cycles: count, descriptors: (first.descriptors, last.descriptors), matches: (first.matches, last.matches),
            memory: (looks.first?.memory ?? 0, looks.last?.memory ?? 0),
            slope: Self.slope(looks.suffix(looks.count / 2).map { (Double($0.cycle), Double($0.memory) * 1_024) }),
            received: cycle.values, sent: sent, span: MonotonicTime.boot - start)
    }

    /// The slope of the line through the points, by least squares.
    private static func slope(_ points: [(Double, Double)]) -> Double {
        let count = Double(points.count)
        let (x, y) = points.reduce((0, 0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
        let (xy, xx) = points.reduce((0, 0)) { sums, point in
            (sums.0 + (point.0 - x) * (point.1 - y), sums.1 + (point.0 - x) * (point.0 - x))
        }
        return xx == 0 ? 0 : xy / xx
    }

    /// Subscribes whenever there is a table, and counts.
    private final class Cycle {
        private(set) var values = 0
        private(set) var isLinked = false
        private(set) var isHeard = false

        init(_ links: BlueZLinks, _ sensor: SensorAddress, _ adapter: AdapterIndex) {
            links.onEvent = { [unowned self, unowned links] event in
                switch event {
                case .adapter(adapter, let state) where state.isPowered && !isHeard && !state.isDiscovering:
                    links.perform(.startDiscovery(adapter, services: []))
                case .advertised(let it): if it.rssi != nil { isHeard = true }
                case .connected: isLinked = true
                case .disconnected: isLinked = false
                case .resolved(_, let table):
                    guard let found = table.first(where: { $0.uuid == .heartRateMeasurement }) else { return }
                    links.perform(.subscribe(sensor, handle: found.handle, .startNotify))
                case .value: values += 1
                default: break
                }
            }
        }

        func wait(_ loop: EventLoop, _ what: String, until condition: () -> Bool) throws {
            guard try loop.pass(.seconds(20), until: condition) else { throw Failure(description: "never: \(what)") }
        }
    }
}
