import VitalsModel

/// What bluetoothd does for us with one characteristic: it lasts until we end it, the object goes or bluetoothd does. After
/// a link was lost it is resumed by itself with the next one, before anybody asks.
struct NotifySession {
    let path: CharacteristicPath
    /// How values come.
    var source: Source
    /// Whether we have asked for its end.
    var isEnding = false
    /// The last value that came as a signal, and when, while another program listens as well.
    private var last: (bytes: [UInt8], time: MonotonicTime)?

    enum Source {
        /// As signals. `isShared`: another program listens too, and bluetoothd sends each value once for each of us.
        case signals(isShared: Bool)
        /// Over a descriptor of our own.
        case socket(NotifySocket)
    }

    init(path: CharacteristicPath, source: Source) {
        self.path = path
        self.source = source
    }

    var socket: NotifySocket? {
        if case .socket(let socket) = source { socket } else { nil }
    }

    /// Whether a value that came as a signal is one that the sensor sent for us.
    mutating func takes(_ bytes: [UInt8], at time: MonotonicTime) -> Bool {
        guard case .signals(let isShared) = source else { return false }
        guard isShared else { return true }
        if let last, last.bytes == bytes, time - last.time < BlueZLimits.echoSpan {
            // The next equal one is a new value again, as long as there is one other listener.
            self.last = nil
            return false
        }
        last = (bytes, time)
        return true
    }
}
