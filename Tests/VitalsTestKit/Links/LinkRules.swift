import VitalsCore
import VitalsModel

/// The rules of `LinkConformance`, each as what is done and what has to come of it.
struct LinkRules {
    let world: any LinkWorld
    let watch: LinkWatch
    /// How many events there were before the rule.
    let begin: Int
    private var adapter: AdapterIndex { world.adapter }
    private var strap: SensorAddress { world.strap }

    init(_ world: any LinkWorld, _ watch: LinkWatch) {
        self.world = world
        self.watch = watch
        begin = watch.events.count
    }

    /// How many links came up since the rule began.
    var linkCount: Int { watch.events[begin...].count { if case .connected = $0 { true } else { false } } }

    func check(_ rule: LinkConformance) throws {
        switch rule {
        case .serviceComesFirst: try serviceComesFirst()
        case .discoveryHears: try discoveryHears()
        case .discoveryIsAnsweredEachTime: try discoveryIsAnsweredEachTime()
        case .connectingGivesATable: try connectingGivesATable()
        case .connectingTwiceGivesOneLink: try connectingTwiceGivesOneLink()
        case .nobodyIsGivenUp: try nobodyIsGivenUp()
        case .disconnectingNothingIsDone: try watch.ensure(.disconnect(strap))
        case .disconnectingEndsTheLink: try disconnectingEndsTheLink()
        case .notificationsComeOnce: try notificationsComeOnce(.startNotify)
        case .acquiredNotificationsComeOnce: try notificationsComeOnce(.acquireNotify)
        case .indicationsComeOnce: try indicationsComeOnce()
        case .subscribingTwiceDoublesNothing: try subscribingTwiceDoublesNothing()
        case .unsubscribingEndsValues: try unsubscribingEndsValues()
        case .readingGivesOneValue: try readingGivesOneValue(isSubscribed: false)
        case .readingTheSubscribedGivesOneValue: try readingGivesOneValue(isSubscribed: true)
        case .writesAreAnswered: try writesAreAnswered()
        case .unknownHandlesFail: try unknownHandlesFail()
        case .nothingWithoutALink: try nothingWithoutALink()
        case .commandsAtOnceAreAnswered: try commandsAtOnceAreAnswered()
        case .reconnectionsDoubleNothing: try reconnectionsDoubleNothing()
        case .droppedLinksAreReported: try droppedLinksAreReported()
        case .sensorsDoNotMix: try sensorsDoNotMix()
        case .stopIsSilence: try stopIsSilence()
        case .stopLeavesNothingBehind: try stopLeavesNothingBehind()
        case .forgottenSensorsAreHeardAnew: try forgottenSensorsAreHeardAnew()
        case .bondsAreMade: try bondsAreMade()
        case .powerCycleEndsLinks: try powerCycleEndsLinks()
        case .adapterGoneEndsLinks: try adapterGoneEndsLinks()
        case .serviceGoneEndsAll: try serviceGoneEndsAll()
        }
    }

    // MARK: Steps

    func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
        if !condition { throw LinkWatch.Failure(text()) }
    }

    /// Hears a sensor, with discovery running no longer than that.
    func discover(_ sensor: SensorAddress) throws {
        let count = watch.events.count
        try watch.ensure(.startDiscovery(adapter, services: []))
        try watch.wait("\(sensor) is heard") {
            watch.events[count...].contains { event in
                if case .advertised(let heard) = event { heard.sensor == sensor && heard.rssi != nil } else { false }
            }
        }
        try watch.ensure(.stopDiscovery(adapter))
    }

    /// Makes a link to a sensor that was heard, and waits for its table. An attempt may fail, above all right after a link
    /// was ended: that is for whoever decides to try again.
    func connect(_ sensor: SensorAddress) throws {
        var failure = try watch.ask(.connect(sensor, adapter))
        for _ in 1...4 where failure != nil {
            try watch.rest()
            failure = try watch.ask(.connect(sensor, adapter))
        }
        try require(
            failure == nil, "connecting to \(sensor) failed five times, at last with \(String(describing: failure))")
        try watch.wait("\(sensor) has a table") { watch.tables[sensor]?.isEmpty == false }
    }

    func link(_ sensor: SensorAddress) throws {
        try discover(sensor)
        try connect(sensor)
    }

    /// The handle of a characteristic that is subscribed to by now.
    func subscribed(
        _ sensor: SensorAddress, _ uuid: BluetoothUUID, _ method: SubscriptionMethod = .startNotify
    ) throws -> UInt16 {
        let handle = try watch.handle(sensor, uuid)
        try watch.ensure(.subscribe(sensor, handle: handle, method))
        return handle
    }

    /// Waits for so many values, and checks that their numbers follow each other.
    func expectSeries(_ sensor: SensorAddress, _ uuid: BluetoothUUID, count: Int, after start: Int) throws {
        let handle = try watch.handle(sensor, uuid)
        try watch.wait("\(sensor) sends \(count) values of \(uuid)") {
            watch.values(sensor, handle, after: start).count >= count
        }
        try expectOrder(watch.values(sensor, handle, after: start), uuid, isUnbroken: true)
    }

    /// Checks that numbers rise, within a link by one.
    func expectOrder(_ values: [[UInt8]], _ uuid: BluetoothUUID, isUnbroken: Bool) throws {
        let numbers = values.compactMap { VirtualSensor.number(uuid, $0) }
        try require(numbers.count == values.count, "a value of \(uuid) is none that was sent")
        for (before, after) in zip(numbers, numbers.dropFirst()) {
            let step = (after.number + after.modulus - before.number) % after.modulus
            try require(step != 0, "\(uuid) number \(after.number) came twice")
            try require(step < after.modulus / 2, "\(uuid) number \(after.number) came after \(before.number)")
            if isUnbroken { try require(step == 1, "\(uuid): \(step - 1) values are missing before \(after.number)") }
        }
    }

    /// Where the world can say what was sent: it all came, and nothing else.
    func expectAllSent(_ sensor: SensorAddress, _ uuid: BluetoothUUID, handle: UInt16, before: Int) throws {
        guard let sent = world.sent(sensor, uuid)?.dropFirst(before) else { return }
        let received = watch.values(sensor, handle)
        try require(Array(sent) == received, "\(uuid): \(sent.count) values were sent and \(received.count) came")
    }
}
