import ArgumentParser
import VitalsTools

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Read a journal, also while the daemon writes it. Nothing in it is changed.",
        subcommands: [
            Verify.self, Stats.self, Digest.self, Export.self, Alarms.self, Watch.self,
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
            discussion: "Example:\n  vitalsctl journal export journal.db | grep '\"kind\":\"finding\"'")

        @OptionGroup var journal: File
        @OptionGroup var range: From

        func perform() throws {
            try JournalCommands(path: journal.file).export(from: range.from, to: DescriptorOutput.standard())
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
