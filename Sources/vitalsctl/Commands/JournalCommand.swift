import ArgumentParser
import VitalsTools

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Read a journal, also while the daemon writes it, and mend what happens to one.",
        subcommands: [
            Verify.self, Stats.self, Digest.self, Export.self, Alarms.self, Watch.self, Check.self, Salvage.self,
            Compact.self, Downgrade.self,
        ])

    struct File: ParsableArguments {
        @Argument(help: ArgumentHelp("The journal.", valueName: "file"))
        var file: String
    }

    struct Verify: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the chain of hashes over all records.",
            discussion: """
                Prints "N records, chain OK, head HASH". An anchor that was kept elsewhere also shows that nothing up \
                to it was cut off or written anew.

                Example:
                  vitalsctl journal verify journal.db --print-anchor > anchor.txt
                  vitalsctl journal verify journal.db --anchor "$(cat anchor.txt)"

                Exit statuses: 65 something is wrong; the first fault is named.
                """)

        @OptionGroup var journal: File

        @Option(help: ArgumentHelp("A head that was kept elsewhere.", valueName: "anchor"))
        var anchor: String?

        @Flag(help: "Print the head as an anchor instead.")
        var printAnchor = false

        func perform() throws {
            let commands = try JournalCommands(path: journal.file)
            if printAnchor {
                try commands.anchor(to: DescriptorOutput.standard())
            } else {
                try commands.verify(anchor: anchor, to: DescriptorOutput.standard())
            }
        }
    }

    struct Stats: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print how much a journal holds, in how much space, and how much was acknowledged.",
            discussion: "Example:\n  vitalsctl journal stats journal.db")

        @OptionGroup var journal: File

        func perform() throws { try JournalCommands(path: journal.file).statistics(to: DescriptorOutput.standard()) }
    }

    struct Digest: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the digest of the record lines: what replay --digest prints for the same records.",
            discussion: "Example:\n  vitalsctl journal digest journal.db --from 1")

        @OptionGroup var journal: File
        @OptionGroup var range: From

        func perform() throws {
            try JournalCommands(path: journal.file).digest(from: range.from, to: DescriptorOutput.standard())
        }
    }

    struct Export: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the records as lines of JSON, as replay does.",
            discussion: """
                Example:
                  vitalsctl journal export journal.db --kind alarm --kind finding --since 2026-11-21T00:00:00Z
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
            try JournalCommands(path: journal.file).export(filter, to: DescriptorOutput.standard())
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

        func perform() throws { try JournalCommands(path: journal.file).alarms(to: DescriptorOutput.standard()) }
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
            try JournalWatch(path: journal.file, process: process).run()
        }
    }
}
