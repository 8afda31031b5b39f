import VitalsModel

/// Values of a link whose table is not known yet: a bonded sensor may send from the first moment on. They are handed on with
/// the stamps of their reception, before all later ones.
struct EarlyValues: Sendable {
    struct Value: Hashable, Sendable {
        let stamp: Stamp
        let handle: UInt16
        let bytes: [UInt8]
    }

    private(set) var values: [Value] = []

    /// Keeps a value; false when there is no room for it.
    mutating func add(_ value: Value) -> Bool {
        guard values.count < LinkLimits.earlyValuesMax else { return false }
        values.append(value)
        return true
    }

    /// All that was kept, in the order of arrival.
    mutating func take() -> [Value] {
        defer { values = [] }
        return values
    }
}
