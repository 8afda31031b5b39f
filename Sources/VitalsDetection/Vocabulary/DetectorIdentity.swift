/// Which detector judged, in which version: it stands in every finding and alarm, so that an old decision can be re-run.
///
/// The version grows with every change that could alter one decision on one input, however small.
public struct DetectorIdentity: Hashable, Sendable {
    /// The detector's name: lower-case letters, digits and hyphens, as it stands in records and topics.
    public let name: String
    /// The version of its arithmetic and rules, from 1.
    public let version: Int

    /// An identity.
    public init(name: String, version: Int) {
        self.name = name
        self.version = version
    }
}

extension DetectorIdentity: CustomStringConvertible {
    /// `limit/1`.
    public var description: String { "\(name)/\(version)" }
}
