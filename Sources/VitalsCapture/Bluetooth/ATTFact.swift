import VitalsModel

/// What an exchange of attribute protocol packets tells.
enum ATTFact: Equatable {
    /// How a value came.
    enum Arrival: Equatable {
        case notification
        case indication
        case read
    }

    /// A whole value arrived.
    case value(handle: UInt16, bytes: [UInt8], arrival: Arrival)
    /// The client begins to discover the primary services of a range.
    case serviceDiscovery(ClosedRange<UInt16>)
    /// The peer listed characteristics of a range; with none, it has none there.
    case characteristics([GATTTable.Declaration], in: ClosedRange<UInt16>)
    /// The peer named the type of an attribute.
    case attributeType(handle: UInt16, type: BluetoothUUID)
    /// The peer has no attribute of this type from the first handle on.
    case absent(BluetoothUUID)
    /// A read whose value may be longer than what was read.
    case incompleteRead
    /// A response that answers no recorded request.
    case unmatchedResponse
    /// A packet that breaks its format.
    case malformed
}
