import Testing
import VitalsCore
import VitalsModel
import VitalsSystemd

@testable import VitalsHCI

/// `ATTLinks` on a fake kernel, and everything that it reports.
final class LinkRun {
    let loop: EventLoop
    let kernel: FakeKernel
    let links: ATTLinks
    private(set) var events: [LinkEvent] = []
    private var isPerforming = false

    static let strap = SensorAddress(rawValue: 0xC000_0000_0001)
    static let hci0 = AdapterIndex(0)

    init() throws {
        loop = try EventLoop()
        kernel = FakeKernel(loop: loop)
        links = ATTLinks(loop: loop, kernel: kernel)
        links.onEvent = { [unowned self] event in
            #expect(!isPerforming, "an event came from within perform")
            events.append(event)
        }
    }

    /// With a strap in the air, heard.
    static func listening(_ sensor: FakeSensor = .strap()) throws -> LinkRun {
        let run = try LinkRun()
        run.kernel.add(strap.rawValue, sensor)
        try run.links.start()
        try run.until { $0.contains { if case .adapter = $0 { true } else { false } } }
        run.perform(.startDiscovery(hci0, services: []))
        try run.until { $0.contains { if case .advertised = $0 { true } else { false } } }
        run.perform(.stopDiscovery(hci0))
        try run.until(.done(.stopDiscovery(hci0)))
        run.clear()
        return run
    }

    /// With a link to the strap, its table known.
    static func linked(_ sensor: FakeSensor = .strap()) throws -> LinkRun {
        let run = try listening(sensor)
        run.perform(.connect(strap, hci0))
        try run.until { $0.contains { if case .resolved = $0 { true } else { false } } }
        try run.settle()
        run.clear()
        return run
    }

    var device: FakeKernel.Air {
        kernel.air[Self.strap] ?? FakeKernel.Air(.init(sensor: Self.strap, kind: .random), .strap(), advertising: [])
    }

    func clear() { events = [] }

    func perform(_ command: LinkCommand) {
        isPerforming = true
        links.perform(command)
        isPerforming = false
    }

    /// Turns the loop until the events are so; they must become so long before the bound.
    func until(_ condition: ([LinkEvent]) -> Bool, _ comment: Comment? = nil) throws {
        for _ in 0..<500 where !condition(events) { try loop.turn(waiting: .milliseconds(100)) }
        #expect(condition(events), comment ?? "\(events)")
    }

    func until(_ event: LinkEvent) throws { try until { $0.contains(event) } }

    /// Turns the loop until nothing is left to do.
    func settle() throws { while try loop.turn(waiting: .milliseconds(20)) {} }

    /// The failure of a command, once it is there.
    func failure(of command: LinkCommand) throws -> LinkFailure.Kind? {
        let find = { (events: [LinkEvent]) -> LinkFailure? in
            for case .failed(command, let failure) in events { return failure }
            return nil
        }
        try until { find($0) != nil }
        return find(events)?.kind
    }
}
