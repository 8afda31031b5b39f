/// A value and what was odd about its bytes.
public struct Decoded<Value> {
    /// What the bytes say.
    public let value: Value
    /// What was tolerated.
    public let warnings: DecodeWarnings

    /// A decoded value.
    public init(_ value: Value, warnings: DecodeWarnings = []) {
        self.value = value
        self.warnings = warnings
    }

    /// The same warnings on another form of the value.
    public func map<Other>(_ transform: (Value) -> Other) -> Decoded<Other> {
        Decoded<Other>(transform(value), warnings: warnings)
    }
}

extension Decoded: Equatable where Value: Equatable {}
extension Decoded: Hashable where Value: Hashable {}
extension Decoded: Sendable where Value: Sendable {}
