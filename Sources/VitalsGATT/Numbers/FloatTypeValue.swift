public import VitalsModel

/// What a FLOAT or an SFLOAT says: a number, or why there is none (IEEE 11073-20601, FLOAT-Type and SFLOAT-Type).
///
/// Only `number` is a measurement. A mantissa from the special range is special whatever exponent stands beside it: some
/// stacks read such words as numbers, but no sender has a reason to write one, and a wrong number does harm.
public enum FloatTypeValue: Hashable, Sendable {
    /// A number, with the digits that were sent.
    case number(ExactDecimal)
    /// NaN: not a number; the measurement is missing.
    case nan
    /// NRes: the number does not fit this resolution.
    case nres
    /// +INFINITY: above the range of the sensor.
    case positiveInfinity
    /// -INFINITY: below the range of the sensor.
    case negativeInfinity
    /// The word that the standard reserves.
    case reserved

    /// The number, if it is one.
    public var number: ExactDecimal? {
        if case .number(let decimal) = self { return decimal }
        return nil
    }

    /// The standard's name of a value that is no number, else nil.
    public var specialName: String? {
        switch self {
        case .number: nil
        case .nan: "NaN"
        case .nres: "NRes"
        case .positiveInfinity: "+INFINITY"
        case .negativeInfinity: "-INFINITY"
        case .reserved: "reserved"
        }
    }
}

extension FloatTypeValue: CustomStringConvertible {
    /// The number with every sent digit, or the special name.
    public var description: String { number?.description ?? specialName ?? "" }
}
