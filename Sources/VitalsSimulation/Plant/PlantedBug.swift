/// A bug that is put into the simulation's own wrappers around the product, to show that the simulation finds it. The
/// product has no such switches.
public enum PlantedBug: String, CaseIterable, Sendable {
    /// The uplink is told of records before they are durable.
    case publishesBeforeCommit = "publishes-before-commit"
    /// A record counts as delivered when it was handed over.
    case acknowledgesOnPublish = "acknowledges-on-publish"
    /// A record that the broker refused counts as delivered.
    case ignoresRefusals = "ignores-refusals"
    /// Every fiftieth message is not sent, and counts as delivered.
    case forgetsEveryFiftieth = "forgets-every-fiftieth"
    /// A second copy is not the bytes of the first.
    case changesSecondCopies = "changes-second-copies"
    /// Checkpoints go out with another root than the journal has.
    case forgesCheckpoints = "forges-checkpoints"
    /// What the far side asks for is not heard.
    case deafToRequests = "deaf-to-requests"
    /// After one refused connection no other is tried.
    case diesOnRefusal = "dies-on-refusal"
    /// A commit that failed counts as made.
    case ignoresCommitErrors = "ignores-commit-errors"
    /// What live sensors sent is not noted before its block closes.
    case forgetsArrivals = "forgets-arrivals"
    /// The disk says that it has synced, and has not.
    case syncsNothing = "syncs-nothing"
    /// After a kill the journal begins anew.
    case newJournalAfterKill = "new-journal-after-kill"
    /// Time-outs run on the wall clock.
    case usesWallClock = "uses-wall-clock"
    /// Each value is handed to the engine twice.
    case doublesValues = "doubles-values"
}
