public import VitalsCore
public import VitalsModel

/// Drives a backend by hand in a world, and watches what holds at any time: that each command is answered once, that links
/// come and go in turns, that values come only over a link, and that nothing is reported from within a command.
public final class LinkWatch {
    /// The backend.
    public let port: any LinkPort
    /// Every event so far.
    public private(set) var events: [LinkEvent] = []
    /// What was against the contract.
    public private(set) var broken: [String] = []
    /// The tables of the sensors that have a link and a table.
    public private(set) var tables: [SensorAddress: [RemoteCharacteristic]] = [:]
    /// The sensors that have a link.
    public private(set) var linked: Set<SensorAddress> = []
    /// The last known state of each adapter.
    public private(set) var adapters: [AdapterIndex: AdapterState] = [:]

    private let world: any LinkWorld
    private var open: [LinkCommand: Int] = [:]
    private var isPerforming = false
    private var isStopped = false
    private var isUp = false

    /// For what is expected at once; generous, as the bench emulates its processor.
    public static let patience = MonotonicTime.Span.seconds(30)

    /// A backend that runs, with its adapter reported and powered, and no link left from before.
    public init(_ world: any LinkWorld) throws {
        self.world = world
        port = try world.makeLinks()
        port.onEvent = { [unowned self] in note($0) }
        try port.start()
        try awaitAdapter()
        // A backend that was stopped a moment ago may still be ending its links.
        try wait("links from before end") { [self] in linked.isEmpty }
    }

    /// Waits for the adapter, and switches it on if it is off.
    public func awaitAdapter() throws {
        try wait("the adapter is reported") { [self] in adapters[world.adapter] != nil }
        if adapters[world.adapter]?.isPowered == false { _ = try ask(.powerOn(world.adapter)) }
        try wait("the adapter is on") { [self] in adapters[world.adapter]?.isPowered == true }
    }

    /// Ends the backend; every event from now on is against the contract.
    public func stop() {
        isStopped = true
        port.stop()
    }

    /// Gives a command without waiting for its answer.
    public func give(_ command: LinkCommand) {
        open[command, default: 0] += 1
        isPerforming = true
        port.perform(command)
        isPerforming = false
    }

    /// Gives a command and waits for its answer: nil when it is done.
    @discardableResult
    public func ask(_ command: LinkCommand) throws -> LinkFailure? {
        let count = events.count
        give(command)
        return try answer(command, after: count)
    }

    /// Gives a command, which must be done.
    public func ensure(_ command: LinkCommand) throws {
        if let failure = try ask(command) { throw Failure("\(command) failed: \(failure.kind), \(failure.message)") }
    }

    /// Waits for the answer to a command among the events after so many.
    public func answer(_ command: LinkCommand, after count: Int) throws -> LinkFailure? {
        // A second beyond the deadline, for the loop to come round.
        let limit = MonotonicTime.Span(microseconds: LinkLimits.deadline(of: command).microseconds + 1_000_000)
        var answer: LinkFailure??
        let isAnswered = try world.pass(limit) { [self] in
            for event in events[min(count, events.count)...] {
                switch event {
                case .done(command): answer = .some(nil)
                case .failed(command, let failure): answer = .some(failure)
                default: continue
                }
                return true
            }
            return false
        }
        guard isAnswered, let answer else { throw Failure("\(command) was not answered within its deadline") }
        return answer
    }

    /// Waits for a condition.
    public func wait(
        _ what: String, atMost span: MonotonicTime.Span = LinkWatch.patience, until condition: () -> Bool
    ) throws {
        guard try world.pass(span, until: condition) else { throw Failure("it never came to this: \(what)") }
    }

    /// Lets the world's span of silence pass.
    public func rest() throws { _ = try world.pass(world.silence) { false } }

    /// The values of a characteristic among the events after so many.
    public func values(_ sensor: SensorAddress, _ handle: UInt16, after count: Int = 0) -> [[UInt8]] {
        events[min(count, events.count)...].compactMap { event in
            guard case .value(sensor, handle, let bytes) = event else { return nil }
            return bytes
        }
    }

    /// The handle of a characteristic in the sensor's table.
    public func handle(_ sensor: SensorAddress, _ uuid: BluetoothUUID) throws -> UInt16 {
        guard let found = tables[sensor]?.first(where: { $0.uuid == uuid }) else {
            throw Failure("\(sensor) has no \(uuid) in its table")
        }
        return found.handle
    }

    /// Throws what was against the contract so far.
    public func judge() throws {
        guard broken.isEmpty else { throw Failure(broken.prefix(5).joined(separator: "; ")) }
    }

    /// Why a rule does not hold.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// In words.
        public let description: String

        init(_ text: String) { description = text }
    }

    private func note(_ event: LinkEvent) {
        events.append(event)
        if isStopped { broken.append("an event after stop: \(Self.kind(event))") }
        if isPerforming { broken.append("an event from within perform: \(Self.kind(event))") }
        if !isUp, !Self.isAnswer(event), event != .serviceUp {
            broken.append("without a service: \(Self.kind(event))")
        }
        switch event {
        case .serviceUp:
            if isUp { broken.append("serviceUp twice") }
            isUp = true
        case .serviceDown:
            if !linked.isEmpty { broken.append("the service went down with links not reported as ended") }
            if !open.isEmpty { broken.append("the service went down with commands not answered") }
            isUp = false
            adapters = [:]
        case .adapter(let index, let state): adapters[index] = state
        case .adapterGone(let index):
            if adapters.removeValue(forKey: index) == nil { broken.append("\(index) went, and was not there") }
        case .connected(let sensor, _):
            if !linked.insert(sensor).inserted { broken.append("\(sensor) connected twice") }
        case .disconnected(let sensor, _):
            if linked.remove(sensor) == nil { broken.append("\(sensor) disconnected without a link") }
            tables[sensor] = nil
        case .resolved(let sensor, let table):
            if !linked.contains(sensor) { broken.append("\(sensor) resolved without a link") }
            if Set(table.map(\.handle)).count != table.count { broken.append("\(sensor): a handle stands twice") }
            tables[sensor] = table
        case .value(let sensor, let handle, _):
            if tables[sensor]?.contains(where: { $0.handle == handle }) != true {
                broken.append("\(sensor): a value of handle \(handle) without a link and a table")
            }
        case .done(let command), .failed(let command, _):
            let count = open[command] ?? 0
            if count == 0 { broken.append("\(command) was answered once too often") }
            open[command] = count > 1 ? count - 1 : nil
        case .advertised, .forgotten, .battery, .subscriptionEnded, .durable: break
        }
    }

    /// What may come without a service too.
    private static func isAnswer(_ event: LinkEvent) -> Bool {
        switch event {
        case .done, .failed, .serviceDown: true
        default: false
        }
    }

    /// The event without its payload.
    private static func kind(_ event: LinkEvent) -> String {
        if case .value(let sensor, let handle, _) = event { return "value of \(sensor), handle \(handle)" }
        return "\(event)"
    }
}
