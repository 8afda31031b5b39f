/// What crossed the host controller interface, as far as links and values need it.
enum HCIPacket {
    /// An event from the controller (Core 5.4, volume 4, part E, 7.7).
    case event(ArraySlice<UInt8>)
    /// Data of a link, from or to the controller (5.4.2).
    case acl(isReceived: Bool, ArraySlice<UInt8>)
    /// The adapter was closed or removed, which ends its links.
    case adapterGone
    /// Commands, audio, notes.
    case other
    /// No packet of its format.
    case malformed

    /// Whether the packet can change or carry anything that is followed.
    var mattersToLinks: Bool {
        switch self {
        case .event, .acl, .adapterGone, .malformed: true
        case .other: false
        }
    }
}
