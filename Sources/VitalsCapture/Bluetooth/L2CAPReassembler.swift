/// Puts the L2CAP packets of one direction of one link together from ACL fragments.
///
/// Source: Core 5.4, volume 4, part E, 5.4.2 (packet boundary flags) and volume 3, part A, 3.1 (basic header).
struct L2CAPReassembler {
    /// What a fragment led to.
    enum Outcome: Equatable {
        /// More fragments are needed.
        case incomplete
        /// A whole packet.
        case packet(channel: UInt16, payload: ArraySlice<UInt8>)
        /// A fragment was missing, too many, or did not fit; what there was of the packet is gone.
        case fault
    }

    /// L2CAP's own header: length and channel.
    private static let headerBytes = 4

    private var buffer: [UInt8] = []

    /// Whether a packet is under way.
    var isUnderWay: Bool { !buffer.isEmpty }

    /// Forgets a packet under way.
    mutating func reset() { buffer = [] }

    /// Takes a fragment. A first fragment while a packet is under way is a fault, and begins the next packet.
    mutating func add(_ fragment: ArraySlice<UInt8>, isFirst: Bool) -> [Outcome] {
        if isFirst {
            let wasUnderWay = isUnderWay
            buffer = Array(fragment)
            return (wasUnderWay ? [.fault] : []) + [outcome()]
        }
        guard isUnderWay else { return [.fault] }
        buffer.append(contentsOf: fragment)
        return [outcome()]
    }

    private mutating func outcome() -> Outcome {
        var reader = ByteReader(buffer)
        guard !buffer.isEmpty else { return .fault }
        guard let length = reader.uint16(), let channel = reader.uint16() else { return .incomplete }
        let needed = Self.headerBytes + Int(length)
        guard buffer.count <= needed, needed <= VitalsCaptureLimits.reassemblyBytesMax else {
            buffer = []
            return .fault
        }
        guard buffer.count == needed else { return .incomplete }
        buffer = []
        return .packet(channel: channel, payload: reader.rest)
    }
}
