import VitalsDaemon
import VitalsDetection
import VitalsKernels
import VitalsModel

/// A detector that judges any series of numbers, and what may be chosen of it.
public enum SeriesDetector: Hashable, Sendable {
    /// The trend score: any decimal number.
    case trend
    /// Shape discords: whole numbers of 32 bits, windows of so many samples against so many earlier ones.
    case discord(window: Int, history: Int)
    /// Peaks of a pulse wave: whole numbers of 24 bits at a rate in Hz; the published windows or the engine's.
    case pulseWave(rate: Int, isPublished: Bool)
    /// Skewness and perfusion of a pulse wave: whole numbers of 24 bits at a rate in Hz.
    case pulseQuality(rate: Int)
    /// Desaturations by the published definition: percent, one sample a second, falls of so many percent.
    case compatibleDesaturation(fall: Int)

    /// The numbers that the detectors take beside the series.
    public struct Options: Hashable, Sendable {
        /// Samples in a window of discords.
        public var window = 64
        /// Earlier windows that each is compared with.
        public var history = 4_096
        /// Samples a second of a pulse wave.
        public var rate = 55
        /// Whether the windows of a pulse wave are the published ones.
        public var isPublished = false
        /// The fall of a desaturation in percent.
        public var fall = 3

        /// The defaults.
        public init() {}
    }

    /// What one row brings.
    enum Sample {
        /// A number as the detector takes it.
        case number(Int64)
        /// There is none.
        case missing
        /// The series has ended.
        case end
    }

    /// Where evaluations go.
    typealias Report = (DetectorIdentity, any DetectorOutput) -> Void

    /// All names.
    public static let names = ["trend", "discord", "pulse-wave", "pulse-quality", "desaturation-compatible"]

    /// A detector by its name, with what it needs; the error says what is wrong.
    public init(named name: String, _ options: Options = Options()) throws(ToolError) {
        switch name {
        case "trend":
            self = .trend
        case "discord":
            try Self.check(options.window, "--window", VitalsDetectionLimits.discordWindow)
            try Self.check(options.history, "--history", VitalsDetectionLimits.discordHistory)
            self = .discord(window: options.window, history: options.history)
        case "pulse-wave", "pulse-quality":
            try Self.check(options.rate, "--rate", VitalsDetectionLimits.pulseWaveRates)
            self =
                name == "pulse-wave"
                ? .pulseWave(rate: options.rate, isPublished: options.isPublished) : .pulseQuality(rate: options.rate)
        case "desaturation-compatible":
            try Self.check(options.fall, "--fall", 1...50)
            self = .compatibleDesaturation(fall: options.fall)
        default:
            throw ToolError(
                "--detector", "there is no detector \"\(name)\" for a series",
                remedy: "choose one of \(Self.names.joined(separator: ", "))", status: ExitStatus.usage)
        }
    }

    private static func check(_ number: Int, _ option: String, _ range: ClosedRange<Int>) throws(ToolError) {
        guard range ~= number else {
            throw ToolError(
                option, "\(number) is out of range", remedy: "choose \(range.lowerBound) to \(range.upperBound)",
                status: ExitStatus.usage)
        }
    }

    /// A number as this detector takes it: Q16 for the trend, hundredths for desaturations, whole for the others.
    func number(_ text: ArraySlice<UInt8>) -> Int64? {
        switch self {
        case .trend: TrendSample.parse(text)
        case .compatibleDesaturation: TrendSample.parse(text).map { ($0 * 100 + 32_768) >> 16 }
        case .discord, .pulseWave, .pulseQuality: Int32(String(decoding: text, as: UTF8.self)).map { Int64($0) }
        }
    }

    /// What a sample of this detector is, for errors.
    var sampleName: String {
        switch self {
        case .trend, .compatibleDesaturation: "number"
        case .discord, .pulseWave, .pulseQuality: "whole number of 32 bits"
        }
    }

    /// What judges one series, sample by sample, and reports what it finds.
    func judge() -> (_ sample: Sample, _ report: Report) -> Void {
        switch self {
        case .trend: Self.trend()
        case .discord(let window, let history): Self.discord(window, history)
        case .pulseWave(let rate, let isPublished): Self.pulseWave(rate, isPublished)
        case .pulseQuality(let rate): Self.pulseQuality(rate)
        case .compatibleDesaturation(let fall): Self.desaturation(fall)
        }
    }

    private static func trend() -> (Sample, Report) -> Void {
        var score = TrendScore()
        return { sample, report in
            switch sample {
            case .number(let number): report(TrendScore.identity, score.judge(number))
            case .missing: report(TrendScore.identity, score.judge(nil))
            case .end: break
            }
        }
    }

    private static func discord(_ window: Int, _ history: Int) -> (Sample, Report) -> Void {
        var detector = Discord(
            configuration: Discord.Configuration(
                windowSamples: window, historyWindows: (history + 7) / 8 * 8, minimumHistory: 0,
                distanceLimitThousandths: 1 << 20),
            kernels: .best)
        return { sample, report in
            switch sample {
            case .number(let number): report(Discord.identity, detector.judge(Int32(clamping: number)))
            case .missing: report(Discord.identity, detector.judge(nil))
            case .end: break
            }
        }
    }

    private static func pulseWave(_ rate: Int, _ isPublished: Bool) -> (Sample, Report) -> Void {
        var detector = PulseWave(
            configuration: PulseWave.Configuration(samplingRate: rate, windows: isPublished ? .published : .central),
            kernels: .best)
        return { sample, report in
            let output =
                switch sample {
                case .number(let number): detector.judge(Int32(clamping: number))
                case .missing: detector.judge(nil)
                case .end: detector.finish()
                }
            if let output { report(PulseWave.identity, output) }
        }
    }

    private static func pulseQuality(_ rate: Int) -> (Sample, Report) -> Void {
        var detector = PulseQuality(configuration: PulseQuality.Configuration(samplingRate: rate))
        return { sample, report in
            let output: PulseQuality.Output? =
                switch sample {
                case .number(let number): detector.judge(Int32(clamping: number))
                case .missing: detector.judge(nil)
                case .end: nil
                }
            if let output { report(PulseQuality.identity, output) }
        }
    }

    private static func desaturation(_ fall: Int) -> (Sample, Report) -> Void {
        var detector = CompatibleDesaturation(configuration: .init(fall: Int32(fall) * 100))
        var time = MonotonicTime(microseconds: 0)
        return { sample, report in
            switch sample {
            case .number(let number):
                report(CompatibleDesaturation.identity, detector.judge(.value(Int32(clamping: number)), at: time))
            case .missing: report(CompatibleDesaturation.identity, detector.judge(.absent(.gap), at: time))
            case .end: report(CompatibleDesaturation.identity, detector.finish())
            }
            time = time + .seconds(1)
        }
    }
}
