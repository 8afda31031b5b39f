/// What every detector's output can show of itself, for `vitalsctl replay --trace` and for findings.
///
/// Nothing here is computed or allocated until it is asked for.
public protocol DetectorOutput: Sendable {
    /// The decision in one word: lower-case letters, digits and hyphens. `not-assessed` goes with a refusal.
    var decisionName: String { get }

    /// Why the detector did not judge; nil when it did.
    var refusal: Refusal? { get }

    /// Visits every input, threshold and intermediate as a whole number, in the order of the members' names.
    ///
    /// The names are lower camel case in ASCII and carry their unit unless it is a count; a missing number is not
    /// visited. Truth values are 0 and 1.
    func trace(_ visit: (_ member: String, _ value: Int64) -> Void)
}

extension DetectorOutput {
    /// The refusal's name, nil when the detector judged.
    public var refusalName: String? { refusal?.name }
}
