import VitalsJSON
import VitalsModel

extension Explanation {
    /// One evaluation on the way to the finding.
    struct Evaluation: Hashable {
        /// When, in data time.
        let time: MonotonicTime
        /// The decision, with the refusal if there is one.
        let decision: String
        /// The numbers, by member.
        let numbers: [String: Int64]
        /// As the engine traced it.
        let line: JSONValue
    }

    /// The evaluations of what was found, up to the finding, as the engine traced them when it judged again.
    ///
    /// A detector may judge several things of one sensor, such as two limits; those of the finding are the ones that
    /// end in the finding's own evaluation.
    var evaluations: [Evaluation] {
        let own = body?["evaluation"]
        let traces = rejudgement.trace.sorted { $0.key < $1.key }.map(\.value)
        let trace = traces.first { $0.last?["evaluation"] == own } ?? rejudgement.trace[condition] ?? []
        return trace.compactMap { line in
            guard let time = line["monotonic"]?.number?.integer, let evaluation = line["evaluation"] else { return nil }
            let refusal = evaluation["refusal"]?.string.map { ": \($0)" } ?? ""
            return Evaluation(
                time: MonotonicTime(microseconds: time),
                decision: (evaluation["decision"]?.string ?? "") + refusal,
                numbers: Self.numbers(evaluation["numbers"]), line: line)
        }
    }

    /// The members whose numbers are not the same in all of these evaluations, by name: what the decision followed.
    static func varying(_ evaluations: some Collection<Evaluation>) -> [String] {
        let members = Set(evaluations.flatMap(\.numbers.keys)).sorted()
        return members.filter { member in Set(evaluations.map { $0.numbers[member] }).count > 1 }
    }

    /// A number of an evaluation as it is shown: a time of day, or the number in whole units.
    func text(_ member: String, in evaluation: Evaluation) -> String {
        evaluation.numbers[member].map { number(detector ?? "", member, $0) }.map { number in
            number.isMoment ? String(number.text.dropFirst(11)) : number.text
        } ?? "-"
    }

    private static func numbers(_ numbers: JSONValue?) -> [String: Int64] {
        guard case .object(let members)? = numbers else { return [:] }
        let pairs = members.compactMap { member in member.value.number?.integer.map { (member.name, $0) } }
        return Dictionary(pairs) { first, _ in first }
    }
}
