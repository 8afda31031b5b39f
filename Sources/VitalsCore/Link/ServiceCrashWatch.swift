import VitalsModel

/// Finds the sensor whose connections end the Bluetooth service, so that it alone is kept waiting (lesson 48).
///
/// The service is gone within seconds of an attempt to connect, twice within ten minutes: then the sensor is tried after
/// 1, 2, 4 … 60 minutes. Of several attempts that are not yet proven harmless, the latest is blamed.
struct ServiceCrashWatch: Sendable {
    private var attempts: [(sensor: SensorAddress, at: MonotonicTime)] = []
    private var suspects: [SensorAddress: Suspect] = [:]

    private struct Suspect: Sendable {
        var ends = 0
        var lastEnd: MonotonicTime
    }

    /// Attempts that are remembered: one at a time for each adapter, and a few that are just over.
    private static let attemptsMax = 2 * LinkLimits.adaptersMax

    /// Something is tried with a sensor that may end the service.
    mutating func began(_ sensor: SensorAddress, at time: MonotonicTime) {
        attempts.removeAll { $0.sensor == sensor || time - $0.at > LinkLimits.crashWindow }
        if attempts.count >= Self.attemptsMax { attempts.removeFirst() }
        attempts.append((sensor, time))
    }

    /// The sensor answered: this attempt ended nothing.
    mutating func wasHarmless(_ sensor: SensorAddress) { attempts.removeAll { $0.sensor == sensor } }

    /// The sensor's link is in use: what was held against it is forgotten.
    mutating func isCleared(_ sensor: SensorAddress) {
        wasHarmless(sensor)
        suspects[sensor] = nil
    }

    /// The service is gone. Returns the sensor that is to blame for it more than once, and for how long it has to wait.
    mutating func serviceEnded(at time: MonotonicTime) -> (sensor: SensorAddress, delay: MonotonicTime.Span)? {
        let last = attempts.last { time - $0.at <= LinkLimits.crashWindow }
        attempts.removeAll()
        for (sensor, suspect) in suspects where suspect.ends < 2 && time - suspect.lastEnd > LinkLimits.crashMemory {
            suspects[sensor] = nil
        }
        guard let sensor = last?.sensor else { return nil }
        var suspect = suspects[sensor] ?? Suspect(lastEnd: time)
        suspect.ends += 1
        suspect.lastEnd = time
        guard suspects[sensor] != nil || suspects.count < LinkLimits.heardMax else { return nil }
        suspects[sensor] = suspect
        guard suspect.ends >= 2 else { return nil }
        let minutes = Int64(1) << Int64(min(suspect.ends - 2, Self.doublingsMax))
        return (sensor, min(.seconds(60 * minutes), LinkLimits.crashDelayMax))
    }

    /// Entries that are kept, for the test that they stay few.
    var storedCount: Int { attempts.count + suspects.count }

    /// 2^6 minutes are longer than the longest delay.
    private static let doublingsMax = 6
}
