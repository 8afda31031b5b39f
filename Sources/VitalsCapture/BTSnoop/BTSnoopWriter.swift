import VitalsModel

/// Encodes btsnoop files of the Linux monitor (datalink 2001): the twin of `BTSnoopReader`.
///
///     var file = BTSnoopWriter.fileHeader
///     for packet in packets { file += BTSnoopWriter.record(packet, drops: 0) }
public enum BTSnoopWriter {
    /// The first bytes of a file.
    public static let fileHeader =
        BTSnoopReader.magic + bigEndian(UInt32(1)) + bigEndian(BTSnoopDatalink.monitor.rawValue)

    /// One record. `drops` counts the packets that the recorder has lost so far, over the whole file.
    public static func record(_ packet: MonitorPacket, drops: UInt32) -> [UInt8] {
        let length = UInt32(clamping: packet.data.count)
        let flags = UInt32(packet.adapter) << 16 | UInt32(packet.opcode.rawValue)
        let time = packet.time.microseconds.addingSaturating(BTSnoopRecord.unixEpoch)
        return bigEndian(length) + bigEndian(length) + bigEndian(flags) + bigEndian(drops)
            + bigEndian(UInt64(bitPattern: time)) + packet.data
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
