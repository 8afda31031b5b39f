import VitalsCore
import VitalsModel
import VitalsSystemd

/// A command that was begun and not answered yet. It may take several calls; all of them together have its deadline.
final class OpenCommand {
    let command: LinkCommand
    let end: MonotonicTime
    /// Where it stands in the order of the commands.
    let number: Int
    /// The call that it waits for.
    var call: BusPendingCall?
    /// Whether bluetoothd has said yes to a connection whose link it has not told of yet.
    var isAccepted = false
    /// Whether the bond that it is to make does what its answer would: bluetoothd's own pairing, which it may begin right
    /// after a connection, can leave ours without an answer.
    var isDoneByBond = false
    private(set) var isAnswered = false

    init(_ command: LinkCommand, end: MonotonicTime, number: Int) {
        self.command = command
        self.end = end
        self.number = number
    }

    /// True the first time.
    func answer() -> Bool {
        defer { isAnswered = true }
        call?.cancel()
        call = nil
        return !isAnswered
    }
}

extension LinkCommand {
    /// The sensor that it is about.
    var sensor: SensorAddress? {
        switch self {
        case .connect(let sensor, _), .disconnect(let sensor), .pair(let sensor), .forget(let sensor),
            .read(let sensor, _), .write(let sensor, _, _), .subscribe(let sensor, _, _),
            .unsubscribe(let sensor, _):
            sensor
        case .startDiscovery, .stopDiscovery, .powerOn, .powerCycle, .reset: nil
        }
    }

    /// Whether the gateway uses the sensor's link with it, and so is responsible for ending that link.
    var usesLink: Bool {
        switch self {
        case .connect, .pair, .read, .write, .subscribe, .unsubscribe: true
        default: false
        }
    }
}
