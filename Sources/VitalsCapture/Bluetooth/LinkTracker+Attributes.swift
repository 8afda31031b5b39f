import VitalsModel

/// What the links carry: attribute values, and what makes them characteristics.
extension LinkTracker {
    private static let databaseHash = BluetoothUUID(0x2B2A)
    private static let serviceChanged = BluetoothUUID(0x2A05)

    /// Takes what an exchange of ATT packets on a link tells.
    mutating func learn(
        _ fact: ATTFact, on id: EventGate.Link, at stamp: Stamp, into events: inout [SensorEvent]
    ) {
        guard let link = links[id] else { return }
        let peer = link.peer
        switch fact {
        case .value(let handle, let bytes, let arrival):
            value(bytes, of: handle, arrival, on: id, at: stamp, into: &events)
        case .serviceDiscovery(let range):
            tables[peer, default: GATTTable()].forget(range, hash: link.hash)
            if range.lowerBound <= 1 { settle(id, .outdated, into: &events) }
        case .characteristics(let found, let range):
            tables[peer, default: GATTTable()].announce(found, in: range, hash: link.hash)
        case .attributeType(let handle, let type):
            tables[peer, default: GATTTable()].learn(handle, type: type)
        case .absent(let type):
            guard type == Self.databaseHash, tables[peer]?.hash != nil else { return }
            tables[peer]?.reset()
            settle(id, .outdated, into: &events)
        case .incompleteRead: statistics.readsIncomplete += 1
        case .unmatchedResponse: statistics.unmatchedResponses += 1
        case .malformed: statistics.malformedPDUs += 1
        }
    }

    private mutating func settle(
        _ id: EventGate.Link, _ verdict: EventGate.Verdict, into events: inout [SensorEvent]
    ) {
        links[id]?.tableState = .checked
        gate.settle(id, verdict, into: &events, &statistics)
    }

    private mutating func value(
        _ bytes: [UInt8], of handle: UInt16, _ arrival: ATTFact.Arrival, on id: EventGate.Link, at stamp: Stamp,
        into events: inout [SensorEvent]
    ) {
        guard let link = links[id] else { return }
        switch arrival {
        case .notification: statistics.notifications += 1
        case .indication: statistics.indications += 1
        case .read: statistics.reads += 1
        }
        let lookup = tables[link.peer]?.lookup(handle) ?? .unknown
        if lookup == .value(Self.databaseHash) {
            links[id]?.hash = bytes
            switch tables[link.peer]?.compare(hash: bytes) {
            case .some(true): settle(id, .confirmed, into: &events)
            case .some(false): settle(id, .outdated, into: &events)
            case nil: break
            }
        }
        guard arrival != .read || options.includesReads else { return }
        switch lookup {
        case .other: return
        case .value(let characteristic):
            emit(bytes, characteristic, on: id, at: stamp, into: &events)
            if characteristic == Self.serviceChanged { changed(bytes, on: id, of: link.peer) }
        case .unknown:
            if let characteristic = explanation(of: handle, link.peer, bytes, arrival) {
                let kind = SensorEvent.Kind.value(sensor: link.peer, characteristic: characteristic, bytes: bytes)
                pass(SensorEvent(stamp: stamp, kind: kind), into: &events)
            } else {
                statistics.valuesOnUnknownHandles += 1
                CaptureStatistics.count(handle, of: link.peer, as: nil, in: &statistics.unknownHandles)
            }
        }
    }

    private mutating func emit(
        _ bytes: [UInt8], _ characteristic: BluetoothUUID, on id: EventGate.Link, at stamp: Stamp,
        into events: inout [SensorEvent]
    ) {
        guard let link = links[id] else { return }
        let kind = SensorEvent.Kind.value(sensor: link.peer, characteristic: characteristic, bytes: bytes)
        let event = SensorEvent(stamp: stamp, kind: kind)
        guard case .cached(let deadline) = link.tableState, characteristic != Self.databaseHash else {
            return pass(event, into: &events)
        }
        if stamp.monotonic < deadline {
            gate.hold(event, of: id, until: deadline, into: &events, &statistics)
        } else {
            statistics.valuesOnUncheckedHandles += 1
            pass(event, into: &events)
        }
    }

    /// What a handle is, where no discovery says it: as given by the user, or guessed, which is put down.
    private mutating func explanation(
        of handle: UInt16, _ peer: SensorAddress, _ bytes: [UInt8], _ arrival: ATTFact.Arrival
    ) -> BluetoothUUID? {
        if let given = options.handles[peer]?[handle] { return given }
        guard options.guessesHandles, arrival == .notification,
            let guess = MeasurementGuess.characteristic(of: bytes)
        else { return nil }
        CaptureStatistics.count(handle, of: peer, as: guess, in: &statistics.guessedHandles)
        return guess
    }

    /// Service Changed (Core 5.4, volume 3, part G, 7.1): first and last handle of what is no longer as it was.
    private mutating func changed(_ value: [UInt8], on id: EventGate.Link, of peer: SensorAddress) {
        var reader = ByteReader(value)
        guard let first = reader.uint16(), let last = reader.uint16(), first <= last else { return }
        links[id]?.hash = nil
        tables[peer]?.forget(first...last, hash: nil)
    }
}
