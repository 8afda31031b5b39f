/// A Bluetooth adapter by the index that the kernel gave it: `hci0` is 0. It may be another one after it was unplugged.
public struct AdapterIndex: Hashable, Comparable, Sendable {
    /// The kernel's index.
    public let rawValue: UInt16

    /// An index.
    public init(_ rawValue: UInt16) { self.rawValue = rawValue }

    /// Reads `hci0`; nil for anything else.
    public init?(name: some StringProtocol) {
        guard name.hasPrefix("hci"), let index = UInt16(name.dropFirst(3)) else { return nil }
        rawValue = index
    }

    /// The lower index first.
    public static func < (left: AdapterIndex, right: AdapterIndex) -> Bool { left.rawValue < right.rawValue }
}

extension AdapterIndex: CustomStringConvertible {
    /// `hci0`.
    public var description: String { "hci\(rawValue)" }
}
