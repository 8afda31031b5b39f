public import VitalsModel

/// What a capture held, and what of it could not be used: nothing is left out silently.
public struct CaptureStatistics: Hashable, Sendable {
    // MARK: All formats

    /// Bytes read.
    public var bytes = 0
    /// Records of a btsnoop file, or lines of a text.
    public var records = 0
    /// Events handed out.
    public var events = 0

    // MARK: btsnoop

    /// Records that the recorder itself lost, by its own count.
    public var recordsDropped = 0
    /// Records that hold less than the packet had, by their own header.
    public var recordsCut = 0
    /// Records whose stamp lay a little before an earlier event's; their events carry the earlier event's time.
    public var stampsOutOfOrder = 0
    /// Steps back of the recorder's clock; each is an event.
    public var clockSteps = 0
    /// HCI packets that break their own format.
    public var malformedPackets = 0
    /// ACL packets.
    public var aclPackets = 0
    /// ACL packets of links whose beginning was not recorded and that `CaptureOptions.links` does not name, or that are
    /// not LE.
    public var packetsOnUnknownLinks = 0
    /// L2CAP packets that were lost in part: a fragment is missing, stands alone, or does not fit.
    public var reassemblyFaults = 0
    /// L2CAP packets on channels that are neither ATT, signalling nor security.
    public var packetsOnUnknownChannels = 0
    /// Enhanced ATT channels that were followed.
    public var enhancedChannels = 0
    /// ATT packets that break their own format.
    public var malformedPDUs = 0
    /// ATT responses that answer no recorded request.
    public var unmatchedResponses = 0
    /// Values received by notification.
    public var notifications = 0
    /// Values received by indication.
    public var indications = 0
    /// Values received by read.
    public var reads = 0
    /// Reads whose value may have been cut, and reads of several values in one: not handed out.
    public var readsIncomplete = 0
    /// Values of handles that no discovery, no given map and no guess explains: not handed out.
    public var valuesOnUnknownHandles = 0
    /// Values that a cached table explained until it turned out to be outdated: not handed out.
    public var valuesOnOutdatedHandles = 0
    /// Values that stand on a cached table which the recorded connection never checked.
    public var valuesOnUncheckedHandles = 0
    /// Links and tables that were not followed because a bound of `VitalsCaptureLimits` was reached.
    public var limitsReached = 0
    /// The handles whose characteristic was guessed from the structure of the values.
    public var guessedHandles: [HandleUse] = []
    /// The handles behind `valuesOnUnknownHandles`.
    public var unknownHandles: [HandleUse] = []

    // MARK: RR text

    /// The unit of the intervals, when it was guessed rather than given.
    public var guessedUnit: RRUnit?

    /// Nothing read.
    public init() {}

    /// A handle of a sensor, and how many values came by it.
    public struct HandleUse: Hashable, Sendable {
        /// The sensor.
        public var sensor: SensorAddress
        /// The attribute handle of the value.
        public var handle: UInt16
        /// What the values were taken for, if anything.
        public var characteristic: BluetoothUUID?
        /// How many values.
        public var count: Int
    }

    /// Counts a value of a handle in `list`, which keeps a bounded number of handles.
    static func count(
        _ handle: UInt16, of sensor: SensorAddress, as characteristic: BluetoothUUID?, in list: inout [HandleUse]
    ) {
        if let index = list.firstIndex(where: {
            $0.sensor == sensor && $0.handle == handle && $0.characteristic == characteristic
        }) {
            list[index].count += 1
        } else if list.count < VitalsCaptureLimits.reportedHandlesMax {
            list.append(HandleUse(sensor: sensor, handle: handle, characteristic: characteristic, count: 1))
        }
    }
}
