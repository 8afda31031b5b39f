import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

/// A suite that no backend can fail proves nothing: each of these faults has to be found by the rules it breaks.
@Suite("The suite of link backends bites")
struct ConformanceTeethTests {
    /// A way to break the contract, and rules that must find it.
    enum Fault: CaseIterable, Sendable {
        case doublesValues, losesValues, swapsValues, answersTwice, answersNothing, reportsWithinPerform
        case reportsAfterStop, keepsLinksAtStop, hidesDisconnections, connectsTwice, keepsValuesAfterUnsubscribing
        case acceptsEverything, answersBeforeTheValue, adapterFirst, listensOn, doublesWithEachSubscription
        case doublesReadings, losesCommands, forgetsSilently, pairsWithoutABond, powerCyclesOnPaper

        var found: [LinkConformance] {
            switch self {
            case .doublesValues:
                [.notificationsComeOnce, .acquiredNotificationsComeOnce, .reconnectionsDoubleNothing, .sensorsDoNotMix]
            case .losesValues: [.notificationsComeOnce, .sensorsDoNotMix, .indicationsComeOnce]
            case .swapsValues: [.notificationsComeOnce]
            case .answersTwice: [.connectingGivesATable, .discoveryIsAnsweredEachTime]
            case .answersNothing: [.disconnectingNothingIsDone, .nobodyIsGivenUp, .disconnectingEndsTheLink]
            case .reportsWithinPerform: [.discoveryIsAnsweredEachTime]
            case .reportsAfterStop: [.stopIsSilence]
            case .keepsLinksAtStop: [.stopLeavesNothingBehind]
            case .hidesDisconnections: [.droppedLinksAreReported, .serviceGoneEndsAll, .adapterGoneEndsLinks]
            case .connectsTwice: [.connectingGivesATable, .connectingTwiceGivesOneLink]
            case .adapterFirst: [.serviceComesFirst]
            case .listensOn: [.discoveryHears]
            case .doublesWithEachSubscription: [.subscribingTwiceDoublesNothing, .reconnectionsDoubleNothing]
            case .doublesReadings: [.readingGivesOneValue, .readingTheSubscribedGivesOneValue]
            case .losesCommands: [.commandsAtOnceAreAnswered]
            case .forgetsSilently: [.forgottenSensorsAreHeardAnew]
            case .pairsWithoutABond: [.bondsAreMade]
            case .powerCyclesOnPaper: [.powerCycleEndsLinks]
            case .keepsValuesAfterUnsubscribing: [.unsubscribingEndsValues]
            case .acceptsEverything: [.unknownHandlesFail, .nothingWithoutALink, .writesAreAnswered]
            case .answersBeforeTheValue: [.readingGivesOneValue]
            }
        }
    }

    @Test("a backend with a fault fails the rules about it", arguments: Fault.allCases)
    func finds(_ fault: Fault) {
        for rule in fault.found {
            #expect(rule.check(in: FaultyWorld(fault)) != nil, "\(rule.rawValue)")
        }
    }

    @Test("each rule is needed: there is a fault that it finds")
    func isComplete() {
        let found = Set(Fault.allCases.flatMap(\.found))
        #expect(LinkConformance.allCases.filter { !found.contains($0) } == [])
    }

    @Test("the wrapper itself breaks nothing", arguments: LinkConformance.allCases)
    func isTransparent(_ rule: LinkConformance) { #expect(rule.check(in: FaultyWorld(nil)) == nil) }
}

/// The twin's world with a backend that breaks the contract in one way.
private final class FaultyWorld: LinkWorld {
    private let world = SimulatedWorld()
    private let fault: ConformanceTeethTests.Fault?

    init(_ fault: ConformanceTeethTests.Fault?) { self.fault = fault }

    var adapter: AdapterIndex { world.adapter }
    var strap: SensorAddress { world.strap }
    var oximeter: SensorAddress { world.oximeter }
    var bonding: SensorAddress? { world.bonding }
    var abilities: Set<LinkAbility> { world.abilities }
    var reconnections: Int { 3 }
    var silence: MonotonicTime.Span { world.silence }

    func makeLinks() throws -> any LinkPort { FaultyLinks(try world.makeLinks(), fault) }

    func pass(_ atMost: MonotonicTime.Span, until condition: () -> Bool) throws -> Bool {
        try world.pass(atMost, until: condition)
    }

    func order(_ order: LinkOrder) { world.order(order) }

    func sent(_ sensor: SensorAddress, _ uuid: BluetoothUUID) -> [[UInt8]]? { nil }
}

/// Passes everything on, but for what the fault does to it.
private final class FaultyLinks: LinkPort {
    var onEvent: (LinkEvent) -> Void = { _ in }
    private let links: any LinkPort
    private let fault: ConformanceTeethTests.Fault?
    private var valueCount = 0
    private var held: LinkEvent?
    private var answered: [LinkCommand] = []
    private var subscriptions: [UInt16: Int] = [:]

    init(_ links: any LinkPort, _ fault: ConformanceTeethTests.Fault?) {
        self.links = links
        self.fault = fault
        links.onEvent = { [unowned self] in pass($0) }
    }

    func start() throws { try links.start() }

    func perform(_ command: LinkCommand) {
        switch (fault, command) {
        case (.answersNothing, .disconnect): return
        case (.reportsWithinPerform, .startDiscovery): onEvent(.done(command))
        case (.keepsValuesAfterUnsubscribing, .unsubscribe), (.listensOn, .stopDiscovery),
            (.pairsWithoutABond, .pair), (.powerCyclesOnPaper, .powerCycle):
            answered.append(command)
        case (.losesCommands, .read) where count() % 2 == 0: return
        case (.doublesWithEachSubscription, .subscribe(_, let handle, _)):
            subscriptions[handle, default: 0] += 1
            links.perform(command)
        default: links.perform(command)
        }
    }

    func stop() {
        if fault == .keepsLinksAtStop { return }
        links.stop()
        if fault == .reportsAfterStop { onEvent(.forgotten(SensorAddress(rawValue: 1))) }
    }

    private func pass(_ event: LinkEvent) {
        // What is only pretended to be done is said with the next event, since nothing may be said within `perform`.
        let pretended = answered
        answered = []
        for command in pretended { onEvent(.done(command)) }
        switch (fault, event) {
        case (.adapterFirst, .serviceUp):
            let state = AdapterState(address: SensorAddress(rawValue: 1), isPowered: true, isDiscovering: false)
            onEvent(.adapter(AdapterIndex(0), state))
            onEvent(event)
        case (.doublesWithEachSubscription, .value(_, let handle, _)):
            for _ in 0..<max(1, subscriptions[handle] ?? 1) { onEvent(event) }
        case (.doublesReadings, .done(.read(let sensor, let handle))):
            onEvent(.value(sensor, handle: handle, bytes: [1]))
            onEvent(event)
        case (.forgetsSilently, .forgotten): return
        case (.doublesValues, .value): for _ in 0..<(count() % 5 == 0 ? 2 : 1) { onEvent(event) }
        case (.losesValues, .value): if count() % 3 != 0 { onEvent(event) }
        case (.swapsValues, .value):
            if let before = held {
                held = nil
                onEvent(event)
                onEvent(before)
            } else if count() % 4 == 0 {
                held = event
            } else {
                onEvent(event)
            }
        case (.answersTwice, .done):
            onEvent(event)
            onEvent(event)
        case (.hidesDisconnections, .disconnected): return
        case (.connectsTwice, .connected):
            onEvent(event)
            onEvent(event)
        case (.acceptsEverything, .failed(let command, _)): onEvent(.done(command))
        case (.answersBeforeTheValue, .value(let sensor, let handle, _)):
            onEvent(.done(.read(sensor, handle: handle)))
            onEvent(event)
        case (.answersBeforeTheValue, .done(.read)): return
        default: onEvent(event)
        }
    }

    private func count() -> Int {
        valueCount += 1
        return valueCount
    }
}
