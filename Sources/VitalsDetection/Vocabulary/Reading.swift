/// One reading of a quantity as a detector takes it: a number that may be judged, or the reason why there is none.
public enum Reading: Hashable, Sendable {
    /// A number in hundredths of the quantity's unit: 9780 is 97.80 %, 7200 is 72.00 bpm.
    case value(Int32)
    /// There is no number to judge.
    case absent(Refusal)
}
