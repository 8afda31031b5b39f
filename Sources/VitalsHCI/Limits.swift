import VitalsModel

/// Every bound of this module, with its reason. Those that the core shares with all link backends are in `LinkLimits`.
public enum VitalsHCILimits {
    // MARK: Attribute protocol

    /// The MTU that is offered to sensors: the longest attribute value, 512 bytes, with the 5 bytes of Prepare Write
    /// before it. Larger ones bring nothing (Core 5.4, volume 3, part F, 3.2.8 and 3.2.9).
    static let mtuMax = 517
    /// The MTU before any agreement, and the least that may be agreed on an LE link (volume 3, part G, 5.2.1).
    static let mtuMin = 23
    /// Bytes in one attribute value (volume 3, part F, 3.2.9).
    static let attributeBytesMax = 512
    /// For the answer to a request; after it nothing more may be sent on the channel (volume 3, part F, 3.3.3).
    static let transactionTimeout = MonotonicTime.Span.seconds(30)
    /// Operations of one link that wait for the one under way. The supervisor sends one at a time; the rest is margin.
    static let operationsMax = 64
    /// Services of one sensor. The largest seen has 12.
    static let servicesMax = 64
    /// Requests that one discovery of a table may take. 256 characteristics, each alone in its answer and each with a
    /// descriptor to look for, take about 600.
    static let discoveryRequestsMax = 1_024
    /// How often one link may have its table read anew because the sensor says that it changed: a sensor that says so
    /// for ever would keep the link busy with nothing else.
    static let tableChangesMax = 16
    /// Malformed packets on one link after which it is given up: one may be a fault of the sensor's, many mean that
    /// nothing on the link can be believed.
    static let malformedPacketsMax = 16
    /// Packets to a sensor that the kernel does not take at the moment. One request and one confirmation can wait at a
    /// time; more are answers to a sensor that asks without listening.
    static let unsentPacketsMax = 32
    /// Packets read from one channel before the others get their turn.
    static let packetsPerTurn = 64

    // MARK: Management interface

    /// Bytes in one packet of the management interface: its 16-bit length field and its header of 6.
    static let managementBytesMax = 65_541
    /// Commands that wait for the answer to an earlier one of the same kind on the same adapter. Each has a deadline, so
    /// a queue this long means that the controller is gone.
    static let managementCommandsMax = 64
    /// For an answer on the management channel other than to the commands below. The kernel itself waits 2 s for each HCI
    /// command that it sends on behalf of one, and up to five of them are needed.
    static let managementDeadline = MonotonicTime.Span.seconds(10)
    /// For switching an adapter on or off: initialising a controller takes up to 10 s by the kernel's own limit.
    static let powerDeadline = MonotonicTime.Span.seconds(12)
    /// Adapters that are followed. A gateway has one or two.
    static let adaptersMax = 16
    /// Advertising data of one report: 31 bytes and a scan response of 31; extended advertising allows 1,650.
    static let advertisingBytesMax = 1_650
    /// Services kept of one sensor's advertisements. 31 bytes hold at most 14.
    static let advertisedServicesMax = 64
    /// Bytes kept of a name, as the GAP allows them (Core 5.4, volume 3, part C, 12.1).
    static let nameBytesMax = 248
    /// How long after the kernel ended a discovery by itself, or refused one, the next one is begun. It ends each after
    /// 10.24 s.
    static let discoveryPause = MonotonicTime.Span.milliseconds(100)
    /// The longest pause between attempts to get discovery going again; each failure doubles the pause.
    static let discoveryPauseMax = MonotonicTime.Span.seconds(16)
    /// How often a management channel that could not be opened is tried again.
    static let reopenInterval = MonotonicTime.Span.seconds(5)

    // MARK: Recorder

    /// The longest packet of the monitor channel: its 16-bit length field and its header of 6.
    static let monitorBytesMax = 65_541
    /// Packets read from the monitor channel in one turn.
    static let monitorPacketsPerTurn = 256
    /// The receive buffer that is asked of the kernel: a second of a controller at 3 Mbit/s. An unprivileged process
    /// gets what `net.core.rmem_max` allows.
    static let monitorSocketBytes = 1_048_576
    /// How often the disk is made to keep a recording: often enough for a fault that ends in a loss of power, seldom
    /// enough for an SD card.
    static let synchronisationInterval = MonotonicTime.Span.seconds(5)
    /// How much longer than wanted a segment may become while it waits for a moment without unfinished packets: some
    /// hundred packets.
    static let segmentOverrunBytes = 65_536
    /// The same as time: the longest wait for an answer (ATT's 30 s) is not worth it.
    static let segmentOverrun = MonotonicTime.Span.seconds(5)
    /// Files that a ring is kept in: when the oldest goes, at most this part of the kept time goes with it.
    static let ringSegments = 8
    /// Bytes of a ring: ten minutes of eight sensors are about 2 MB; the bound is for a controller that floods.
    static let ringBytesMax = 67_108_864
    /// The least time between two freezes: a fault raises several alarms in a row, and one set should hold them all.
    static let freezeInterval = MonotonicTime.Span.seconds(30)
    /// Reasons that the name of one set holds; further ones that come together with them are not named.
    static let freezeReasonsMax = 4
    /// Bytes of one reason: with four of them a name stays within the 255 that file systems allow.
    static let freezeReasonBytesMax = 48
}
