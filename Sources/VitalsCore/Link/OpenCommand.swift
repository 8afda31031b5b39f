import VitalsModel

/// A command that was given to the backend and is not answered yet.
struct OpenCommand: Hashable, Sendable {
    let command: LinkCommand
    /// When the supervisor goes on as if the answer had been a missed deadline.
    let deadline: MonotonicTime

    init(_ command: LinkCommand, at time: MonotonicTime) {
        self.command = command
        deadline = time + LinkLimits.deadline(of: command) + LinkLimits.answerGrace
    }

    /// What is made of an answer that never came.
    var missed: LinkFailure { LinkFailure(.deadline, "the backend did not answer in time") }
}
