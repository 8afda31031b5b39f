/// What one check found.
struct Diagnosis: Hashable {
    /// How bad it is.
    enum Verdict: String {
        /// As it should be.
        case good = "ok"
        /// It works, and could work better, or will not for ever.
        case warning = "warn"
        /// It does not work.
        case fault = "FAULT"
        /// It could not be looked at, because something else is missing.
        case unknown = "?"
    }

    /// What was looked at.
    let subject: String
    /// How bad it is.
    let verdict: Verdict
    /// What was found.
    let finding: String
    /// The command, or the step, that mends it.
    let remedy: String?

    static func good(_ subject: String, _ finding: String) -> Diagnosis {
        Diagnosis(subject: subject, verdict: .good, finding: finding, remedy: nil)
    }

    static func warning(_ subject: String, _ finding: String, mend remedy: String) -> Diagnosis {
        Diagnosis(subject: subject, verdict: .warning, finding: finding, remedy: remedy)
    }

    static func fault(_ subject: String, _ finding: String, mend remedy: String) -> Diagnosis {
        Diagnosis(subject: subject, verdict: .fault, finding: finding, remedy: remedy)
    }

    static func unknown(_ subject: String, _ finding: String) -> Diagnosis {
        Diagnosis(subject: subject, verdict: .unknown, finding: finding, remedy: nil)
    }
}
