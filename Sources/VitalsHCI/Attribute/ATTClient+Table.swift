import VitalsCore
import VitalsModel

/// Reading the sensor's table, and reading it anew.
extension ATTClient {
    mutating func discover(_ packet: ATTPacket, at now: MonotonicTime, into outputs: inout [Output]) {
        guard var discovery else { return }
        do throws(GATTDiscovery.Fault) {
            try discovery.take(packet)
        } catch {
            return breakOff(error.failure, into: &outputs)
        }
        guard discovery.request == nil else {
            self.discovery = discovery
            return internalPurposes.insert(.discovery, at: 0)
        }
        self.discovery = nil
        if mustRediscover {
            mustRediscover = false
            return internalPurposes.insert(.discovery, at: 0)
        }
        let former = table
        table = discovery.table
        outputs.append(.resolved(discovery.table.characteristics.map(\.remote)))
        internalPurposes.append(.tableChanges)
        // A subscription goes with the table that it was made in.
        for handle in subscribed.sorted() {
            if discovery.table[handle] == former?[handle], discovery.table[handle] != nil {
                internalPurposes.append(.resubscription(handle))
            } else {
                subscribed.remove(handle)
                outputs.append(.subscriptionEnded(handle))
            }
        }
    }

    mutating func tableChanged(at now: MonotonicTime, into outputs: inout [Output]) {
        tableChanges += 1
        guard tableChanges <= VitalsHCILimits.tableChangesMax else {
            return breakOff(LinkFailure(.other, "the sensor's GATT table changes again and again"), into: &outputs)
        }
        if discovery != nil {
            mustRediscover = true
        } else {
            internalPurposes.removeAll()
            internalPurposes.append(.discovery)
            advance(at: now, into: &outputs)
        }
    }
}
