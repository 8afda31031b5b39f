import ArgumentParser
import VitalsTools

struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Look into recordings, convert them, and make them of other data.",
        subcommands: [Info.self, Convert.self, ImportRR.self, ImportSpO2.self])

    struct Info: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a recording holds: its time, its sensors, and what could not be used.",
            discussion: """
                Example:
                  vitalsctl capture info fixtures/captures/faults.btsnoop

                Exit statuses: 65 the recording is damaged; it is described up to the damage.
                """)

        @Argument(help: ArgumentHelp("A capture: btsnoop, JSON Lines, or either gzipped.", valueName: "file"))
        var file: String

        func perform() throws { try CaptureSummary.describe(file, to: DescriptorOutput.standard()) }
    }

    struct Convert: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Convert a recording into JSON Lines.",
            discussion: """
                A replay of the result has the same digest as one of the recording.

                Example:
                  vitalsctl capture convert phone.btsnoop --output phone.jsonl.gz
                  vitalsctl capture convert phone.btsnoop --output - \\
                    --handle C0:00:00:00:00:01=0x0010:2A37

                Exit statuses: 65 the recording is damaged; what stands before the damage is converted.
                """)

        @Argument(help: ArgumentHelp("A capture: btsnoop, JSON Lines, or either gzipped.", valueName: "file"))
        var file: String

        @OptionGroup var target: CaptureTarget

        @Option(
            name: .customLong("handle"),
            help: ArgumentHelp(
                "What a value handle of a sensor stands for, when its discovery was not recorded; may be repeated.",
                valueName: "sensor=handle:uuid"))
        var handles: [String] = []

        func perform() throws { try target.conversion.convert(file, handles: handles) }
    }

    struct ImportRR: ToolCommand {
        static let configuration = CommandConfiguration(
            commandName: "import-rr",
            abstract: "Make a recording of a heart-rate strap from RR intervals, one a line.",
            discussion: """
                Example:
                  vitalsctl capture import-rr intervals.txt --unit ms --output strap.jsonl

                Exit statuses: 65 a line is no interval; what stands before it is converted.
                """)

        @Argument(
            help: ArgumentHelp(
                "A text with one interval a line; lines that begin with # are passed over.", valueName: "file"))
        var file: String

        @Option(help: ArgumentHelp("ms, s, or 1024 for 1/1024 s. Left out, ms or s is guessed.", valueName: "unit"))
        var unit: RRTextUnit?

        @OptionGroup var origin: OriginOptions
        @OptionGroup var target: CaptureTarget

        func perform() throws {
            try target.conversion.importRR(file, origin.value, unit: unit)
        }
    }

    struct ImportSpO2: ToolCommand {
        static let configuration = CommandConfiguration(
            commandName: "import-spo2",
            abstract: "Make a recording of an oximeter from a table of time, SpO2 and pulse.",
            discussion: """
                Columns are separated by commas, semicolons or tabs, and may be named in a first line. Times are \
                seconds since the start, or such as 2026-11-21T07:30:00Z; a value that is empty is missing.

                Example:
                  vitalsctl capture import-spo2 export.csv --output oximeter.jsonl

                Exit statuses: 65 a row is not valid; what stands before it is converted.
                """)

        @Argument(help: ArgumentHelp("A table with one row a measurement.", valueName: "file"))
        var file: String

        @OptionGroup var origin: OriginOptions
        @OptionGroup var target: CaptureTarget

        func perform() throws { try target.conversion.importSpO2(file, origin.value) }
    }
}

/// Where a capture is written.
struct CaptureTarget: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The capture to write, gzipped if it ends in .gz; - is standard output.", valueName: "file"))
    var output: String

    @Flag(help: "Replace the file if it exists.")
    var force = false

    var conversion: CaptureConversion {
        CaptureConversion(
            output: output, replaces: force, standard: DescriptorOutput.standard(),
            notes: DescriptorOutput.standardError())
    }
}

/// What the data themselves do not say.
struct OriginOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address to give to the sensor.", valueName: "address"))
    var sensor = ImportOrigin.standardSensor

    @Option(
        help: ArgumentHelp(
            "When the recording starts, unless its rows say so: a time such as 2026-11-21T07:30:00Z.", valueName: "time"
        ))
    var start = ImportOrigin.standardStart

    var value: ImportOrigin {
        get throws { try ImportOrigin(sensor: sensor, start: start) }
    }
}
