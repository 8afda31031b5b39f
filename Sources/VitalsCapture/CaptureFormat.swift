/// The kinds of recording that announce themselves in their first bytes.
public enum CaptureFormat: String, Hashable, Sendable {
    /// btsnoop, as btmon and Android write it.
    case btsnoop
    /// Our own JSON Lines.
    case jsonLines

    /// The bytes that decide.
    static let signatureBytes = BTSnoopReader.magic.count

    /// The format of a recording that begins with `bytes` (at least `signatureBytes` of them, unless it is shorter).
    static func recognise(_ bytes: [UInt8]) throws(CaptureError) -> CaptureFormat {
        guard !bytes.isEmpty else {
            throw CaptureError(at: .byte(0), "the input is empty", remedy: "record it again")
        }
        if bytes.starts(with: BTSnoopReader.magic) { return .btsnoop }
        let text = bytes.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        if text.first == UInt8(ascii: "{") { return .jsonLines }
        throw CaptureError(
            at: .byte(0), "the input is neither a btsnoop file nor a JSON Lines capture", remedy: remedy(for: bytes))
    }

    private static func remedy(for bytes: [UInt8]) -> String {
        for (signature, remedy) in [
            ([0x1F, 0x8B], "decompress it first"),
            ([0xEF, 0xBB, 0xBF], "remove the byte order mark at its beginning"),
            ([0x0A, 0x0D, 0x0D, 0x0A], "it looks like pcapng: convert it with 'editcap -F btsnoop'"),
            ([0xD4, 0xC3, 0xB2, 0xA1], "it looks like pcap: convert it with 'editcap -F btsnoop'"),
            ([0xA1, 0xB2, 0xC3, 0xD4], "it looks like pcap: convert it with 'editcap -F btsnoop'"),
            (Array(BTSnoopReader.magic.prefix(4)), "it looks like a damaged btsnoop file: copy it again"),
        ] where bytes.starts(with: signature.map { UInt8($0) }) {
            return remedy
        }
        return "record with 'btmon -w FILE', or begin the text with a line {\"format\":\"vitals-capture\",…}"
    }
}
