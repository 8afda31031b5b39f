import VitalsCore
import VitalsModel

/// Values, reading and writing.
extension LinkRules {
    func notificationsComeOnce(_ method: SubscriptionMethod) throws {
        try link(world.strap)
        let before = world.sent(world.strap, .heartRateMeasurement)?.count ?? 0
        let count = watch.events.count
        let handle = try subscribed(world.strap, .heartRateMeasurement, method)
        try expectSeries(world.strap, .heartRateMeasurement, count: 10, after: count)
        try watch.ensure(.disconnect(world.strap))
        try watch.wait("the link ends") { !watch.linked.contains(world.strap) }
        try expectOrder(watch.values(world.strap, handle), .heartRateMeasurement, isUnbroken: true)
        try expectAllSent(world.strap, .heartRateMeasurement, handle: handle, before: before)
    }

    func indicationsComeOnce() throws {
        let oximeter = world.oximeter
        try link(oximeter)
        let records = try subscribed(oximeter, .plxSpotCheckMeasurement)
        let control = try subscribed(oximeter, .recordAccessControlPoint)
        try watch.ensure(.write(oximeter, handle: control, bytes: [4, 1]))
        try watch.wait("the number of records comes") { watch.values(oximeter, control).count == 1 }
        guard let answer = watch.values(oximeter, control).first, answer.count == 4, answer.starts(with: [5, 0]) else {
            throw LinkWatch.Failure("the control point does not say how many records there are")
        }
        let number = Int(answer[2]) | Int(answer[3]) << 8
        try require(number > 0, "the oximeter stores no records")
        let count = watch.events.count
        try watch.ensure(.write(oximeter, handle: control, bytes: [1, 1]))
        try watch.wait("the control point answers") { watch.values(oximeter, control).count == 2 }
        try require(watch.values(oximeter, control).last == [6, 0, 1, 1], "the control point did not succeed")
        let stored = watch.values(oximeter, records, after: count)
        try require(stored.count == number, "of \(number) records \(stored.count) came before the answer")
        try require(Set(stored).count == number, "a record came twice")
        let last = watch.events.lastIndex { if case .value(oximeter, records, _) = $0 { true } else { false } } ?? 0
        let end = watch.events.lastIndex { if case .value(oximeter, control, _) = $0 { true } else { false } } ?? 0
        try require(last < end, "the answer came before the last record")
        try watch.rest()
        try require(watch.values(oximeter, records, after: count).count == number, "a record came after the answer")
    }

    func subscribingTwiceDoublesNothing() throws {
        try link(world.strap)
        let handle = try watch.handle(world.strap, .heartRateMeasurement)
        let count = watch.events.count
        _ = try watch.ask(.subscribe(world.strap, handle: handle, .startNotify))
        _ = try watch.ask(.subscribe(world.strap, handle: handle, .startNotify))
        try expectSeries(world.strap, .heartRateMeasurement, count: 10, after: count)
    }

    func unsubscribingEndsValues() throws {
        try link(world.strap)
        let handle = try subscribed(world.strap, .heartRateMeasurement)
        try watch.wait("a value comes") { !watch.values(world.strap, handle).isEmpty }
        try watch.ensure(.unsubscribe(world.strap, handle: handle))
        let count = watch.events.count
        try watch.rest()
        try require(watch.values(world.strap, handle, after: count).isEmpty, "values came after unsubscribing")
        let start = watch.events.count
        _ = try subscribed(world.strap, .heartRateMeasurement)
        try expectSeries(world.strap, .heartRateMeasurement, count: 3, after: start)
    }

    func readingGivesOneValue(isSubscribed: Bool) throws {
        try link(world.strap)
        let uuid = isSubscribed ? BluetoothUUID.batteryLevel : .bodySensorLocation
        let handle = try watch.handle(world.strap, uuid)
        if isSubscribed { _ = try subscribed(world.strap, uuid) }
        for _ in 1...3 {
            let count = watch.events.count
            try watch.ensure(.read(world.strap, handle: handle))
            let answer = watch.events[count...].firstIndex(of: .done(.read(world.strap, handle: handle))) ?? count
            let before = watch.events[count..<answer].count {
                if case .value(world.strap, handle, _) = $0 { true } else { false }
            }
            try require(before == 1, "\(before) values came before the answer")
            if !isSubscribed { try require(watch.values(world.strap, handle).last == [1], "it is not what was read") }
        }
        try watch.rest()
        let values = watch.values(world.strap, handle)
        try require(values.count == 3, "three readings gave \(values.count) values")
    }

    func writesAreAnswered() throws {
        try link(world.strap)
        let control = try watch.handle(world.strap, BluetoothUUID(0x2A39))
        try watch.ensure(.write(world.strap, handle: control, bytes: [1]))
        let refused = try watch.ask(.write(world.strap, handle: control, bytes: [9]))
        try require(
            refused?.kind == .attribute(0x80), "the sensor's error 0x80 became \(String(describing: refused?.kind))")
        let location = try watch.handle(world.strap, .bodySensorLocation)
        let impossible = try watch.ask(.write(world.strap, handle: location, bytes: [1]))
        try require(impossible != nil, "what can only be read was written")
    }

    func unknownHandlesFail() throws {
        try link(world.strap)
        let unknown = UInt16(0xFFF0)
        for command: LinkCommand in [
            .read(world.strap, handle: unknown), .write(world.strap, handle: unknown, bytes: [1]),
            .subscribe(world.strap, handle: unknown, .startNotify),
        ] { try require(try watch.ask(command) != nil, "\(command) was done") }
        let unsent = try watch.handle(world.strap, .bodySensorLocation)
        let failure = try watch.ask(.subscribe(world.strap, handle: unsent, .startNotify))
        try require(
            failure?.kind == .notSupported, "subscribing to what is not sent: \(String(describing: failure?.kind))")
        try require(watch.linked.contains(world.strap), "the link did not survive it")
    }

    func nothingWithoutALink() throws {
        try link(world.strap)
        let handle = try watch.handle(world.strap, .bodySensorLocation)
        let measurement = try watch.handle(world.strap, .heartRateMeasurement)
        try watch.ensure(.disconnect(world.strap))
        try watch.wait("the link ends") { !watch.linked.contains(world.strap) }
        for command: LinkCommand in [
            .read(world.strap, handle: handle), .write(world.strap, handle: handle, bytes: [1]),
            .subscribe(world.strap, handle: measurement, .startNotify),
        ] {
            let failure = try watch.ask(command)
            try require(failure != nil, "\(command) was done without a link")
        }
        // What was asked for without a link must not come into force with the next one.
        try connect(world.strap)
        try watch.rest()
        try require(watch.values(world.strap, measurement).isEmpty, "values came that nobody subscribed to")
    }

    func commandsAtOnceAreAnswered() throws {
        try link(world.strap)
        let table = watch.tables[world.strap] ?? []
        let readable = table.filter { $0.properties.contains(.read) }
        let count = watch.events.count
        for characteristic in readable { watch.give(.read(world.strap, handle: characteristic.handle)) }
        for characteristic in readable {
            let command = LinkCommand.read(world.strap, handle: characteristic.handle)
            if let failure = try watch.answer(command, after: count) {
                try require(failure.kind == .inProgress, "\(command) failed: \(failure.kind)")
            }
        }
    }

    func reconnectionsDoubleNothing() throws {
        try discover(world.strap)
        var handle: UInt16 = 0
        for _ in 1...world.reconnections {
            try connect(world.strap)
            let start = watch.events.count
            handle = try subscribed(world.strap, .heartRateMeasurement)
            try expectSeries(world.strap, .heartRateMeasurement, count: 1, after: start)
            try watch.ensure(.disconnect(world.strap))
            try watch.wait("the link ends") { !watch.linked.contains(world.strap) }
        }
        try connect(world.strap)
        let start = watch.events.count
        _ = try subscribed(world.strap, .heartRateMeasurement)
        try expectSeries(world.strap, .heartRateMeasurement, count: 10, after: start)
        try expectOrder(watch.values(world.strap, handle), .heartRateMeasurement, isUnbroken: false)
        try require(linkCount == world.reconnections + 1, "\(linkCount) links were reported")
    }

    func sensorsDoNotMix() throws {
        try discover(world.strap)
        try discover(world.oximeter)
        try connect(world.strap)
        try connect(world.oximeter)
        let rate = try subscribed(world.strap, .heartRateMeasurement)
        let saturation = try subscribed(world.oximeter, .plxContinuousMeasurement)
        try watch.wait("both send 20 values") {
            watch.values(world.strap, rate).count >= 20 && watch.values(world.oximeter, saturation).count >= 20
        }
        try expectOrder(watch.values(world.strap, rate), .heartRateMeasurement, isUnbroken: true)
        try expectOrder(watch.values(world.oximeter, saturation), .plxContinuousMeasurement, isUnbroken: true)
    }

    func bondsAreMade() throws {
        guard let sensor = world.bonding else { throw LinkWatch.Failure("the world has no sensor that needs a bond") }
        try link(sensor)
        let isStrap = watch.tables[sensor]?.contains { $0.uuid == .heartRateMeasurement } == true
        let measurement: BluetoothUUID = isStrap ? .heartRateMeasurement : .plxContinuousMeasurement
        let handle = try watch.handle(sensor, measurement)
        let location = watch.tables[sensor]?.first { $0.properties.contains(.read) }?.handle ?? handle
        if let failure = try watch.ask(.read(sensor, handle: location)) {
            try require(failure.kind == .notPaired, "reading without a bond failed with \(failure.kind)")
        }
        let count = watch.events.count
        try watch.ensure(.pair(sensor))
        try watch.wait("the bond is reported") {
            watch.events[count...].contains { if case .advertised(let it) = $0 { it.isBonded } else { false } }
        }
        try watch.ensure(.subscribe(sensor, handle: handle, .startNotify))
        try expectSeries(sensor, measurement, count: 3, after: count)
        let failure = try watch.ask(.forget(sensor))
        try require(failure != nil, "a bonded sensor was forgotten")
    }
}
