import CProbe

/// Standard output, in large pieces.
///
/// The probe has one thread: the bytes that gather are its own.
struct ProbeOutput {
    private var bytes: [UInt8] = []

    /// Adds bytes.
    mutating func write(_ more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
        if bytes.count >= Self.piece { flush() }
    }

    /// Adds a number, its least byte first.
    mutating func write(_ number: some FixedWidthInteger) {
        var rest = number
        for _ in 0..<number.bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        if bytes.count >= Self.piece { flush() }
    }

    /// Writes what gathered.
    mutating func flush() {
        Self.put(bytes[...], to: 1)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes a line at once.
    static func print(_ text: String) { put(Array((text + "\n").utf8)[...], to: 1) }

    /// Says on standard error what is wrong, and ends.
    static func fail(_ text: String, status: Int32) -> Never {
        put(Array(("PortabilityProbe: " + text + "\n").utf8)[...], to: 2)
        exit(status)
    }

    /// Writes bytes at once, or ends the program.
    static func put(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { bytes in
                unsafe CProbe.write(descriptor, bytes.baseAddress, UInt(bytes.count))
            }
            guard written > 0 else { exit(74) }
            rest = rest.dropFirst(written)
        }
    }

    /// Bytes that gather before a system call.
    private static let piece = 1 << 16
}
