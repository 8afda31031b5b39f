import ArgumentParser
import VitalsStore
import VitalsTools

/// The key of every command that reads a journal.
struct JournalKeyOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The key of a sealed journal; VITALS_JOURNAL_KEY_FILE in the environment names it too.", valueName: "file"))
    var keyFile: String?

    func protection() throws -> JournalProtection { try JournalKeyCommands.protection(keyFile: keyFile) }
}
