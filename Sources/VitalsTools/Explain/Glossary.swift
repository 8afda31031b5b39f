/// What the numbers of evaluations mean.
enum Glossary {
    /// One number.
    struct Term {
        /// What it says, without its unit.
        let meaning: String
        /// Its unit where it is not what the name and the quantity say.
        let unit: String?
        /// Whether it is a moment, to be shown as a time of day.
        let isMoment: Bool
    }

    /// The meaning of a number of a detector; nil when this program does not know it.
    static func term(_ detector: String, _ member: String) -> Term? {
        // Peaks and onsets are numbered: `peak01`.
        let name = member.last?.isNumber == true && terms[detector]?[member] == nil ? member.withoutNumber : member
        guard let text = terms[detector]?[name] else { return nil }
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let mark = parts.count > 1 ? parts[1] : nil
        return Term(meaning: parts[0], unit: mark == moment ? nil : mark, isMoment: mark == moment)
    }

    /// Marks a number of microseconds that is a moment of data time rather than a span.
    private static let moment = "@"
}

extension String {
    fileprivate var withoutNumber: String { String(prefix { !$0.isNumber }) }
}
