import ArgumentParser
import VitalsTools

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Read a journal, also while the daemon writes it, and mend what happens to one.",
        subcommands: [
            Verify.self, Stats.self, Digest.self, Export.self, Alarms.self, Watch.self, Check.self, Salvage.self,
            Compact.self, Downgrade.self, Key.self,
        ])

    struct File: ParsableArguments {
        @Argument(help: ArgumentHelp("The journal.", valueName: "file"))
        var file: String

        @OptionGroup var key: JournalKeyOption

        func commands() throws -> JournalCommands { try JournalCommands(path: file, protection: key.protection()) }

        func repair() throws -> JournalRepair { try JournalRepair(path: file, protection: key.protection()) }
    }

    struct Verify: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the chains of hashes over all records and the ledger, and every checkpoint.",
            discussion: """
                Prints "N records, chain OK, head HASH". What was kept elsewhere also shows that nothing up to it was cut \
                off, rolled back or written anew: an anchor, or a checkpoint as the far side has it (the ledger entry that \
                is published as vitals/v1/GATEWAY/journal/checkpoint, or the note of --print-checkpoint). The public key \
                shows that nobody but the gateway wrote the checkpoints.

                Example:
                  vitalsctl journal verify journal.db --print-checkpoint > checkpoint.txt
                  vitalsctl journal verify journal.db --checkpoint checkpoint.txt \\
                    --public-key 3d40…

                Exit statuses: 65 something is wrong; the first fault is named. 78 the key is missing or another one.
                """)

        @OptionGroup var journal: File

        @Option(help: ArgumentHelp("A head that was kept elsewhere.", valueName: "anchor"))
        var anchor: String?

        @Option(help: ArgumentHelp("A checkpoint that was kept elsewhere: a message, or a note.", valueName: "file"))
        var checkpoint: String?

        @Option(
            help: ArgumentHelp("A public key that may have signed, in hexadecimal digits.", valueName: "hex"))
        var publicKey: [String] = []

        @Flag(help: "Print the head as an anchor instead.")
        var printAnchor = false

        @Flag(help: "Print the last checkpoint as a note instead.")
        var printCheckpoint = false

        func perform() throws {
            let commands = try journal.commands()
            if printAnchor {
                try commands.anchor(to: DescriptorOutput.standard())
            } else if printCheckpoint {
                try commands.checkpoint(to: DescriptorOutput.standard())
            } else {
                try commands.verify(
                    anchor: anchor, checkpoint: checkpoint, publicKeys: publicKey, to: DescriptorOutput.standard())
            }
        }
    }

    struct Stats: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print how much a journal holds, in how much space, and how much was acknowledged.",
            discussion: "Example:\n  vitalsctl journal stats journal.db")

        @OptionGroup var journal: File

        func perform() throws { try journal.commands().statistics(to: DescriptorOutput.standard()) }
    }

    struct Digest: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the digest of the record lines: what replay --digest prints for the same records.",
            discussion: "Example:\n  vitalsctl journal digest journal.db --from 1")

        @OptionGroup var journal: File
        @OptionGroup var range: From

        func perform() throws {
            try journal.commands().digest(from: range.from, to: DescriptorOutput.standard())
        }
    }

    struct Export: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the records as lines of JSON, as replay does.",
            discussion: """
                Example:
                  vitalsctl journal export journal.db --kind alarm --kind finding \\
                    --since 2026-11-21T00:00:00Z
                  vitalsctl journal export journal.db --from 1000 --to 1999
                """)

        @OptionGroup var journal: File
        @OptionGroup var range: From

        @Option(help: ArgumentHelp("The last sequence.", valueName: "seq"))
        var to: UInt64 = .max

        @Option(help: ArgumentHelp("Only records of this kind; may be given again.", valueName: "kind"))
        var kind: [String] = []

        @Option(help: ArgumentHelp("Only records stamped at this time or later, by wall time.", valueName: "time"))
        var since: String?

        @Option(help: ArgumentHelp("Only records stamped before this time.", valueName: "time"))
        var until: String?

        func perform() throws {
            let filter = try RecordFilter(from: range.from, to: to, kinds: kind, since: since, until: until)
            try journal.commands().export(filter, to: DescriptorOutput.standard())
        }
    }

    struct From: ParsableArguments {
        @Option(help: ArgumentHelp("The first sequence.", valueName: "seq"))
        var from: UInt64 = 1
    }

    struct Alarms: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every alarm: when it was raised and ended, of which sensor, and what it was.",
            discussion: "Example:\n  vitalsctl journal alarms journal.db")

        @OptionGroup var journal: File

        func perform() throws { try journal.commands().alarms(to: DescriptorOutput.standard()) }
    }

    struct Watch: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the present state of every sensor, four times a second, in place.",
            discussion: """
                A value stands there only while its stream is live; anything else is "—". The journal need not exist \
                yet. Ends with the process of --while, or on ^C. Without a terminal only the last table is printed.

                Example:
                  vitalsd --config vitalsd.toml & vitalsctl journal watch journal.db --while $!
                """)

        @OptionGroup var journal: File

        @Option(
            name: .customLong("while"),
            help: ArgumentHelp("Watch as long as this process lives.", valueName: "pid"))
        var process: Int32?

        func perform() throws {
            Interruption.watch()
            try JournalWatch(path: journal.file, process: process, protection: journal.key.protection()).run()
        }
    }

    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make, show and change the keys that seal and sign a journal.",
            subcommands: [Create.self, Show.self, Rotate.self])

        struct Create: ToolCommand {
            static let configuration = CommandConfiguration(
                abstract: "Make a new key in a new file of mode 0600.",
                discussion: """
                    A file that is there is never overwritten. Prints what 'key show' prints.

                    Example:
                      vitalsctl journal key create /etc/vitalsd/journal.key
                    """)

            @Argument(help: ArgumentHelp("The new file.", valueName: "key-file"))
            var keyFile: String

            func perform() throws { try JournalKeyCommands.create(keyFile, to: DescriptorOutput.standard()) }
        }

        struct Show: ToolCommand {
            static let configuration = CommandConfiguration(
                abstract: "Print what tells a key from others, and the public key when it signs; never the key.",
                discussion: "Example:\n  vitalsctl journal key show /etc/vitalsd/signing.key")

            @Argument(help: ArgumentHelp("The key's file.", valueName: "key-file"))
            var keyFile: String

            func perform() throws { try JournalKeyCommands.show(keyFile, to: DescriptorOutput.standard()) }
        }

        struct Rotate: ToolCommand {
            static let configuration = CommandConfiguration(
                abstract: "Wrap the keys of a journal with a new key; the old one then opens nothing.",
                discussion: """
                    The daemon must not run. It does the same itself when both keys are named in [journal.seal].

                    Example:
                      vitalsctl journal key rotate journal.db --from old.key --to new.key
                    """)

            @Argument(help: ArgumentHelp("The journal.", valueName: "file"))
            var file: String

            @Option(help: ArgumentHelp("The key that seals it now.", valueName: "key-file"))
            var from: String

            @Option(help: ArgumentHelp("The key that is to seal it.", valueName: "key-file"))
            var to: String

            func perform() throws {
                try JournalKeyCommands.rotate(file, from: from, to: to, output: DescriptorOutput.standard())
            }
        }
    }
}
