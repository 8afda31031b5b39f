import VitalsCore

extension Acknowledgements {
    /// The suffix of a sink's name under which its far side says what it has applied: where it does, nothing less counts
    /// as delivered.
    private static let applied = ".applied"

    /// What the receivers of all these sinks have.
    func delivered(to sinks: [String]) -> SequenceRanges {
        var delivered: SequenceRanges?
        for sink in sinks {
            let ranges = noted[sink + Self.applied] ?? noted[sink] ?? SequenceRanges()
            delivered = delivered?.intersection(ranges) ?? ranges
        }
        return delivered ?? SequenceRanges()
    }
}
