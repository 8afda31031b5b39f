import VitalsModel

/// What was heard of one sensor, by adapter.
struct Reception: Sendable {
    private var heard: [Heard] = []
    /// The services of the last advertisement that named any.
    private(set) var services: [BluetoothUUID] = []
    /// Whether the gateway holds a bond with it.
    var isBonded = false
    /// When it was heard last.
    private(set) var lastHeard: MonotonicTime?

    /// The weakest that a controller reports (Core 5.4, volume 4, part E, 7.7.65.2), for a link of unknown strength.
    private static let unknownRSSI: Int8 = -127

    private struct Heard: Sendable {
        let adapter: AdapterIndex
        var rssi: Int8
        var at: MonotonicTime
        /// Whether it was heard since the last attempt to connect.
        var isFresh: Bool
    }

    /// Services of one advertisement that are kept: an advertisement of 1,650 bytes could name 800.
    private static let servicesMax = 64

    /// Until when it is taken to be where it was, after a link that ended through no fault of its own, and how strong it was.
    private var presumed: (until: MonotonicTime, rssi: Int8)?

    /// Its link was in use until the adapter or the service went away.
    mutating func presume(until time: MonotonicTime, over adapter: AdapterIndex?) {
        presumed = (time, rssi(over: adapter) ?? Self.unknownRSSI)
    }

    /// It was heard, or what is remembered of it changed.
    mutating func note(_ advertisement: Advertisement, at time: MonotonicTime) {
        if !advertisement.services.isEmpty { services = Array(advertisement.services.prefix(Self.servicesMax)) }
        isBonded = advertisement.isBonded
        // An adapter that is back names what it remembers; a sensor that was linked a moment ago need not be heard first.
        var advertisement = advertisement
        if advertisement.rssi == nil, !advertisement.isConnected, let presumed, time <= presumed.until {
            advertisement.rssi = presumed.rssi
        }
        guard let rssi = advertisement.rssi else { return }
        presumed = nil
        lastHeard = time
        let entry = Heard(adapter: advertisement.adapter, rssi: rssi, at: time, isFresh: true)
        if let index = heard.firstIndex(where: { $0.adapter == entry.adapter }) {
            heard[index] = entry
        } else if heard.count < LinkLimits.adaptersMax {
            heard.append(entry)
        }
    }

    /// The adapters that hear it now, the strongest first.
    func adapters(at time: MonotonicTime) -> [AdapterIndex] {
        heard.filter { $0.isFresh && time - $0.at <= LinkLimits.heardSpan }
            .sorted { ($1.rssi, $0.adapter) < ($0.rssi, $1.adapter) }
            .map(\.adapter)
    }

    /// The strength that an adapter heard it with last, dBm.
    func rssi(over adapter: AdapterIndex?) -> Int8? {
        guard let adapter else { return heard.max { $0.at < $1.at }?.rssi }
        return heard.first { $0.adapter == adapter }?.rssi
    }

    /// An attempt to connect uses up what was heard: the next one waits until it is heard again.
    mutating func consume() {
        for index in heard.indices { heard[index].isFresh = false }
    }

    /// An adapter is gone.
    mutating func forget(_ adapter: AdapterIndex) { heard.removeAll { $0.adapter == adapter } }

    /// The service is gone, and with it every adapter. The bond is not: it stands on the disk.
    mutating func forgetAdapters() { heard.removeAll() }

    /// The service forgot the sensor.
    mutating func forgetAll() {
        heard.removeAll()
        services.removeAll()
        isBonded = false
    }
}
