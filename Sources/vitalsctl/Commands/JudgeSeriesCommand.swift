import ArgumentParser
import VitalsTools

struct JudgeSeriesCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge-series",
        abstract: "Judge series of numbers by a detector, one JSON line an evaluation.",
        discussion: """
            Each file is a series of its own: rows of a time stamp and a value, or of a value alone; a header is left \
            out, an empty value is a missing sample. It is judged as it is read, by the code that the daemon runs.

            trend takes decimal numbers and scores every row: scoreQ20 divided by 1048576, one half for a record \
            equalled, more for a new one. desaturation-compatible takes percent, one row a second. discord, pulse-wave \
            and pulse-quality take whole numbers.

            Example:
              vitalsctl judge-series --csv realTraffic/speed_7578.csv
              vitalsctl judge-series --detector discord --window 100 --history 16384 lead.csv
              vitalsctl judge-series --detector pulse-wave --rate 55 light.csv

            Exit statuses: 64 a wrong option, 65 a file cannot be read or a row holds no number.
            """)

    @Option(help: "trend, discord, pulse-wave, pulse-quality or desaturation-compatible.")
    var detector = "trend"

    @Option(help: "Samples in a window of the discord detector.")
    var window = SeriesDetector.Options().window

    @Option(help: "Earlier windows that the discord detector compares each with; rounded up to a multiple of 8.")
    var history = SeriesDetector.Options().history

    @Option(help: "Samples a second of a pulse wave.")
    var rate = SeriesDetector.Options().rate

    @Flag(help: "The windows of a pulse wave as MSPTDfast was published, unfiltered.")
    var published = false

    @Option(help: "The fall of a desaturation in percent.")
    var fall = SeriesDetector.Options().fall

    @Flag(help: "Write time,value,score instead of JSON: the trend alone.")
    var csv = false

    @Argument(help: ArgumentHelp("The files; - is standard input.", valueName: "file"))
    var files: [String]

    func perform() throws {
        var options = SeriesDetector.Options()
        options.window = window
        options.history = history
        options.rate = rate
        options.isPublished = published
        options.fall = fall
        let judgement = try SeriesJudgement(by: SeriesDetector(named: detector, options), as: csv ? .csv : .json)
        let output = DescriptorOutput.standard()
        for file in files { try judgement.judge(file, to: output) }
    }
}
