import VitalsCore
import VitalsModel

/// One adapter of `ATTLinks`.
struct ATTAdapter {
    /// What the gateway wants of the adapter's discovery.
    enum Discovery {
        /// Nothing.
        case off
        /// It was asked for, and the kernel has not answered.
        case starting
        /// It is begun again after a pause, and the kernel has not answered.
        case resuming
        /// It goes on. The kernel ends each after some ten seconds; then the next one is begun.
        case on
        /// The next one is begun at that time.
        case pausing(until: MonotonicTime)
        /// The kernel was told to end it, and has not answered.
        case stopping
    }

    var information: ControllerInformation
    var discovery = Discovery.off
    /// The services of the filter; empty: all.
    var services: [BluetoothUUID] = []
    /// Whether the kernel says that discovery runs, whoever asked for it.
    var isDiscovering = false
    /// The pause before the next attempt to get discovery going again.
    var pause = VitalsHCILimits.discoveryPause
    /// Stop commands that wait for the answer to a start.
    var waitingForStart: [LinkCommand] = []
    /// What was reported last.
    var reported: AdapterState?

    /// Whether advertisements are to be reported.
    var isListening: Bool {
        switch discovery {
        case .starting, .resuming, .on, .pausing: true
        case .off, .stopping: false
        }
    }

    /// The adapter as the core knows it. The short pauses between two discoveries are not told of.
    var state: AdapterState {
        let goesOn =
            switch discovery {
            case .pausing, .resuming: pause == VitalsHCILimits.discoveryPause
            case .off, .starting, .on, .stopping: false
            }
        return AdapterState(
            address: information.address, isPowered: information.isUsable, isDiscovering: isDiscovering || goesOn)
    }
}
