import ArgumentParser
import VitalsTools

extension JournalCommand {
    struct Check: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look a journal over: what is wrong, where, and what to do.",
            discussion: """
                Without --full only what a start looks at, in constant time. With it, SQLite's own check of every page, \
                then every record with its tag, both chains, what was dropped, and what was acknowledged. It works \
                while the daemon writes, and changes nothing, but for --mark. Of a sealed journal without its key it \
                looks at all but the records, and says so.

                Example:
                  vitalsctl journal check journal.db --full

                Exit statuses: 65 something is wrong. 78 the key is another one.
                """)

        @OptionGroup var journal: File

        @Flag(help: "Read everything.")
        var full = false

        @Flag(help: "When something is wrong, mark the journal: vitalsd salvages it when it starts.")
        var mark = false

        func perform() throws {
            try journal.repair().check(isFull: full, marks: mark, to: DescriptorOutput.standard())
        }
    }

    struct Salvage: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take over what is whole of a damaged journal into a new one.",
            discussion: """
                The damaged file is left as it is. A record is taken over only when its tag or its hash proves that it \
                is what was written; a sealed one is opened with its key, and stays sealed with it. vitalsd does the \
                same by itself when it finds its journal damaged.

                Example:
                  vitalsctl journal salvage quarantine/journal.db-20261121T203000Z saved.db

                Exit statuses: 65 nothing in the file tells whose journal it was; 73 the new file cannot be made; \
                78 the key is missing or another one.
                """)

        @OptionGroup var journal: File

        @Argument(help: ArgumentHelp("The new journal.", valueName: "out"))
        var output: String

        func perform() throws {
            try journal.repair().salvage(to: output, output: DescriptorOutput.standard())
        }
    }

    struct Compact: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a journal anew without its free pages. The daemon must not run.",
            discussion: """
                The new file is verified, and takes the old one's place only then. It needs room for both.

                Example:
                  systemctl stop vitalsd && vitalsctl journal compact journal.db

                Exit statuses: 65 the journal is damaged; 69 another process writes it; 74 there is no room; 78 the \
                key is missing or another one.
                """)

        @OptionGroup var journal: File

        func perform() throws { try journal.repair().compact(to: DescriptorOutput.standard()) }
    }

    struct Downgrade: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a copy of a journal for a release that is older than its format.",
            discussion: """
                All records, what is acknowledged of them, and what was received and is in no record yet. Identities, \
                sequences and hashes stay the same. The ledger, which version 3 does not know, stays in the old file; \
                nor does it know seals: the copy of a sealed journal, which takes its key, is readable. Stop the daemon \
                first.

                Example:
                  vitalsctl journal downgrade journal.db old.db --to 3
                """)

        @OptionGroup var journal: File

        @Argument(help: ArgumentHelp("The copy.", valueName: "out"))
        var output: String

        @Option(help: ArgumentHelp("The format's version.", valueName: "version"))
        var to: Int

        func perform() throws {
            try journal.repair().downgrade(version: to, to: output, output: DescriptorOutput.standard())
        }
    }
}
