import VitalsCore
import VitalsModel

/// Discovery and links.
extension LinkRules {
    func serviceComesFirst() throws {
        try require(watch.events.first == .serviceUp, "the first event is not serviceUp")
        try require(watch.events.count { $0 == .serviceUp } == 1, "serviceUp came more than once")
    }

    func discoveryHears() throws {
        try watch.ensure(.startDiscovery(world.adapter, services: [BluetoothUUID(0x180D)]))
        var heard: Advertisement?
        try watch.wait("the strap is heard") {
            for case .advertised(let it) in watch.events where it.sensor == world.strap && it.rssi != nil { heard = it }
            return heard != nil
        }
        try require(heard?.services.contains(BluetoothUUID(0x180D)) == true, "its services were not reported")
        try require(heard?.adapter == world.adapter, "it was heard by another adapter")
        try require(heard?.isConnected == false, "it is said to be connected")
        try watch.wait("the adapter says that it discovers") { watch.adapters[world.adapter]?.isDiscovering == true }
        try watch.ensure(.stopDiscovery(world.adapter))
        try watch.wait("the adapter says that it does not") { watch.adapters[world.adapter]?.isDiscovering == false }
        let count = watch.events.count
        try watch.rest()
        let late = watch.events[count...].contains {
            if case .advertised(let it) = $0 { it.rssi != nil } else { false }
        }
        try require(!late, "a sensor was heard after discovery was stopped")
    }

    func discoveryIsAnsweredEachTime() throws {
        try watch.ensure(.stopDiscovery(world.adapter))
        try watch.ensure(.startDiscovery(world.adapter, services: [BluetoothUUID(0x1822)]))
        try watch.ensure(.startDiscovery(world.adapter, services: []))
        try watch.ensure(.stopDiscovery(world.adapter))
        try watch.ensure(.stopDiscovery(world.adapter))
    }

    func connectingGivesATable() throws {
        try link(world.strap)
        try require(linkCount == 1, "connected came \(linkCount) times")
        let table = watch.tables[world.strap] ?? []
        let wanted: [(BluetoothUUID, BluetoothUUID, RemoteCharacteristic.Properties)] = [
            (BluetoothUUID(0x180D), .heartRateMeasurement, .notify),
            (BluetoothUUID(0x180D), .bodySensorLocation, .read),
            (BluetoothUUID(0x180D), BluetoothUUID(0x2A39), .write),
            (BluetoothUUID(0x180A), .manufacturerName, .read),
        ]
        for (service, uuid, properties) in wanted {
            let isThere = table.contains {
                $0.service == service && $0.uuid == uuid && $0.properties.isSuperset(of: properties)
            }
            try require(isThere, "\(uuid) of \(service) is not in the table as it should be")
        }
        try require(table.map(\.handle) == table.map(\.handle).sorted(), "the table is not in the order of its handles")
    }

    func connectingTwiceGivesOneLink() throws {
        try link(world.strap)
        if let failure = try watch.ask(.connect(world.strap, world.adapter)) {
            try require(failure.kind == .alreadyConnected, "connecting again failed: \(failure.kind)")
        }
        try watch.rest()
        try require(linkCount == 1, "connected came \(linkCount) times")
    }

    func nobodyIsGivenUp() throws {
        let count = watch.events.count
        watch.give(.connect(world.nobody, world.adapter))
        watch.give(.disconnect(world.nobody))
        try require(
            try watch.answer(.disconnect(world.nobody), after: count) == nil, "disconnecting nobody was not done")
        let failure = try watch.answer(.connect(world.nobody, world.adapter), after: count)
        try require(failure != nil, "connecting to nobody was done")
    }

    func disconnectingEndsTheLink() throws {
        try link(world.strap)
        let handle = try subscribed(world.strap, .heartRateMeasurement)
        try watch.wait("a value comes") { !watch.values(world.strap, handle).isEmpty }
        try watch.ensure(.disconnect(world.strap))
        try watch.wait("the end of the link is reported") { !watch.linked.contains(world.strap) }
        let count = watch.events.count
        try watch.rest()
        try require(watch.values(world.strap, handle, after: count).isEmpty, "values came after the link's end")
        try watch.ensure(.disconnect(world.strap))
    }

    func droppedLinksAreReported() throws {
        try link(world.strap)
        let handle = try subscribed(world.strap, .heartRateMeasurement)
        try watch.wait("a value comes") { !watch.values(world.strap, handle).isEmpty }
        world.order(.drop(world.strap))
        try watch.wait("the loss is reported") { !watch.linked.contains(world.strap) }
        try discover(world.strap)
        try connect(world.strap)
        let count = watch.events.count
        _ = try subscribed(world.strap, .heartRateMeasurement)
        try expectSeries(world.strap, .heartRateMeasurement, count: 3, after: count)
        try expectOrder(watch.values(world.strap, handle), .heartRateMeasurement, isUnbroken: false)
    }

    func forgottenSensorsAreHeardAnew() throws {
        try link(world.strap)
        try watch.ensure(.disconnect(world.strap))
        try watch.wait("the link ends") { !watch.linked.contains(world.strap) }
        let count = watch.events.count
        try watch.ensure(.forget(world.strap))
        try watch.wait("it is reported as forgotten") { watch.events[count...].contains(.forgotten(world.strap)) }
        try link(world.strap)
    }

    func powerCycleEndsLinks() throws {
        try link(world.strap)
        if let failure = try watch.ask(.powerCycle(world.adapter)) {
            // A backend without the right to do it says so, and nothing is the worse for it.
            let isHonest = failure.kind == .accessDenied || failure.kind == .notSupported
            return try require(isHonest, "switching off and on failed: \(failure.kind)")
        }
        try watch.wait("the link ends") { !watch.linked.contains(world.strap) }
        try watch.wait("the adapter is on") { watch.adapters[world.adapter]?.isPowered == true }
        try link(world.strap)
    }

    func adapterGoneEndsLinks() throws {
        try link(world.strap)
        guard let state = watch.adapters[world.adapter] else { throw LinkWatch.Failure("the adapter has no state") }
        let handle = try watch.handle(world.strap, .bodySensorLocation)
        let count = watch.events.count
        world.order(.removeAdapter(world.adapter))
        watch.give(.read(world.strap, handle: handle))
        try watch.wait("the adapter is reported as gone") { watch.adapters[world.adapter] == nil }
        try require(watch.linked.isEmpty, "its link was not reported as ended before")
        _ = try watch.answer(.read(world.strap, handle: handle), after: count)
        try require(try watch.ask(.startDiscovery(world.adapter, services: [])) != nil, "a gone adapter discovers")
        world.order(.addAdapter(world.adapter, state.address, isPowered: true))
        try watch.awaitAdapter()
        try link(world.strap)
    }

    func serviceGoneEndsAll() throws {
        try link(world.strap)
        let handle = try subscribed(world.strap, .heartRateMeasurement)
        try watch.wait("a value comes") { !watch.values(world.strap, handle).isEmpty }
        let count = watch.events.count
        watch.give(.connect(world.nobody, world.adapter))
        world.order(.killService)
        try watch.wait("the service is reported as gone") {
            watch.events[count...].contains { if case .serviceDown = $0 { true } else { false } }
        }
        try require(watch.linked.isEmpty, "the link was not reported as ended before")
        let failure = try watch.answer(.connect(world.nobody, world.adapter), after: count)
        try require(failure != nil, "what was open when the service went is done")
        let after = try watch.ask(.startDiscovery(world.adapter, services: []))
        try require(after?.kind == .serviceGone, "a command without a service: \(String(describing: after?.kind))")
        world.order(.startService)
        try watch.awaitAdapter()
        try link(world.strap)
        let start = watch.events.count
        _ = try subscribed(world.strap, .heartRateMeasurement)
        try expectSeries(world.strap, .heartRateMeasurement, count: 3, after: start)
    }

    func stopIsSilence() throws {
        try link(world.strap)
        let handle = try subscribed(world.strap, .heartRateMeasurement)
        try watch.wait("a value comes") { !watch.values(world.strap, handle).isEmpty }
        watch.give(.read(world.strap, handle: try watch.handle(world.strap, .bodySensorLocation)))
        watch.stop()
        try watch.rest()
    }

    func stopLeavesNothingBehind() throws {
        try link(world.strap)
        _ = try subscribed(world.strap, .heartRateMeasurement)
        try watch.ensure(.startDiscovery(world.adapter, services: []))
        watch.stop()
        let next = try LinkWatch(world)
        defer { next.stop() }
        try next.wait("discovery has ended") { next.adapters[world.adapter]?.isDiscovering == false }
        try next.wait("the link has ended") { !next.linked.contains(world.strap) }
        try next.judge()
    }
}
