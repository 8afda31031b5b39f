import VitalsModel

// MARK: - Values

extension LinkSession {
    /// A value was notified, indicated or read.
    mutating func received(_ handle: UInt16, _ bytes: [UInt8], _ actions: inout LinkActions) {
        guard isUp else {
            counters.dropped += 1
            // A link that we know nothing of: it has to end before there can be one of ours.
            if isIdle { leftoverDeadline = .earliest(leftoverDeadline, actions.now + LinkLimits.adoptionDeadline) }
            return
        }
        let value = EarlyValues.Value(stamp: actions.stamp, handle: handle, bytes: bytes)
        guard values.table == nil else { return deliver(value, &actions) }
        if !values.keep(value) { counters.dropped += 1 }
    }

    /// Hands a value on, exactly once.
    mutating func deliver(_ value: EarlyValues.Value, _ actions: inout LinkActions) {
        guard let uuid = values.uuid(of: value.handle) else {
            counters.dropped += 1
            guard !values.hasLoggedUnknown else { return }
            values.hasLoggedUnknown = true
            return actions.log(.warning, "value of an unknown handle", sensor: sensor, detail: "\(value.handle)")
        }
        if uuid == .plxSpotCheckMeasurement, records?.isReporting == true {
            records?.record(value.bytes, at: actions.now)
            guard recordMemory.isNew(value.bytes) else {
                counters.repeated += 1
                return
            }
        }
        hand(uuid, value.bytes, at: value.stamp, &actions)
        switch uuid {
        case .heartRateMeasurement, .plxContinuousMeasurement, .plxSpotCheckMeasurement: measured(uuid, &actions)
        case .recordAccessControlPoint:
            if let action = records?.indicated(value.bytes, at: actions.now) { perform(action, &actions) }
        case .currentTime, .dateTime, .localTimeInformation: clock.note(uuid, value.bytes, at: value.stamp)
        default: break
        }
    }

    private mutating func hand(_ uuid: BluetoothUUID, _ bytes: [UInt8], at stamp: Stamp, _ actions: inout LinkActions) {
        counters.values += 1
        quality?.values += 1
        values.last = actions.now
        actions.event(.value(sensor: sensor, characteristic: uuid, bytes: bytes), at: stamp)
    }

    private mutating func measured(_ uuid: BluetoothUUID, _ actions: inout LinkActions) {
        backoff.reset()
        guard let index = streams.firstIndex(where: { $0.uuid == uuid }), streams[index].value(at: actions.now) else {
            return
        }
        conditions.clear(.silent, subject: uuid.description, &actions)
    }

    /// The service reports the battery level that it keeps to itself (lesson 15).
    mutating func batteryLevel(_ percent: UInt8, _ actions: inout LinkActions) {
        guard isUp, battery != .characteristic else { return }
        battery = .service
        hand(.batteryLevel, [percent], at: actions.stamp, &actions)
    }

    /// The backend ended a subscription: the descriptor of `AcquireNotify` was closed with the link still up (lesson 6).
    mutating func subscriptionEnded(_ handle: UInt16, _ actions: inout LinkActions) {
        guard isUp, subscribed.remove(handle) != nil,
            let characteristic = values.table?.first(where: { $0.handle == handle })
        else { return }
        method = .startNotify
        actions.log(.info, "subscription ended by itself", sensor: sensor, detail: characteristic.uuid.description)
        insert([.subscribe(characteristic)])
        pausedUntil = actions.now + resubscription.next(&actions.jitter)
        proceed(&actions)
    }
}

// MARK: - Stored records

extension LinkSession {
    /// Both characteristics are subscribed to: the sensor is asked for what it stores.
    mutating func beginRecords(_ actions: inout LinkActions) {
        guard !hasAskedRecords, let plan,
            plan.measurements.contains(where: { $0.uuid == .plxSpotCheckMeasurement && subscribed.contains($0.handle) })
        else { return }
        hasAskedRecords = true
        var records = StoredRecords(deletes: settings.deletesStoredRecords)
        let action = records.begin(at: actions.now)
        self.records = records
        perform(action, &actions)
    }

    /// What was fetched is durable.
    mutating func durable(_ actions: inout LinkActions) {
        if let action = records?.durable(at: actions.now) { perform(action, &actions) }
    }

    /// Does what the procedure wants.
    mutating func perform(_ action: StoredRecords.Action, _ actions: inout LinkActions) {
        switch action {
        case .write(let bytes):
            insert([.request(bytes)])
            proceed(&actions)
        case .makeDurable: actions.outputs.append(.makeDurable(sensor))
        case .finish(let outcome):
            records = nil
            switch outcome {
            case .nothingStored: actions.log(.debug, "no stored records", sensor: sensor)
            case .fetched(let count): actions.log(.info, "stored records fetched", sensor: sensor, detail: "\(count)")
            case .fetchedAndDeleted(let count):
                recordMemory.clear()
                actions.log(.info, "stored records fetched and deleted", sensor: sensor, detail: "\(count)")
            case .incomplete(let count, let reason):
                actions.log(.warning, "stored records incomplete", sensor: sensor, detail: "\(count); \(reason)")
            }
        }
    }
}
