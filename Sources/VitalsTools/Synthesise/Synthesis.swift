import VitalsCapture
import VitalsJSON
import VitalsModel
import VitalsSimulator

/// Plays a scenario into a capture, and the truth of it into another file. The same scenario and seed give the same
/// bytes on every machine.
public struct Synthesis {
    /// The capture's file; `-` for the output of the command.
    public var output: String
    /// The truth's file; nil: none is wanted.
    public var truth: String?
    /// The seed; nil: the scenario's own.
    public var seed: UInt64?
    /// Whether the truth tells every beat.
    public var includesBeats = false
    /// Whether files that exist are replaced.
    public var replaces = false

    /// A synthesis into a file.
    public init(output: String) { self.output = output }

    /// Plays the scenario of a TOML file.
    public func run(scenario path: String, standard: any ByteOutput, progress: ProgressLine? = nil) throws {
        let progress = progress ?? ProgressLine(isBesideOutput: output == "-")
        defer { progress.clear() }
        let scenario = try ScenarioFile.read(path)
        let simulator = try Simulator(scenario, seed: seed, includesBeats: includesBeats)
        let captureFile = try CaptureOutput(output, replaces: replaces, standard: standard)
        let truthFile = try truth.map { try CaptureOutput($0, replaces: replaces, standard: standard) }
        var capture = try CaptureWriter(start: scenario.start)
        var truthLines = JSONWriter()
        TruthWriter.header(of: scenario, seed: simulator.seed, into: &truthLines)
        var events = 0
        for step in simulator {
            switch step {
            case .event(let event):
                try capture.write(event)
                events += 1
                if events % Self.eventsPerWrite == 0 { try captureFile.write(capture.takeBytes()) }
                progress.update { "synthesising \(scenario.name): \(event.stamp.monotonic.text) of data" }
            case .truth(let event):
                if truth != nil { TruthWriter.line(event, into: &truthLines) }
                if truthLines.bytes.count >= VitalsToolsLimits.outputBytes {
                    try truthFile?.write(truthLines.bytes)
                    truthLines.removeAll()
                }
            }
        }
        try captureFile.write(capture.takeBytes())
        try captureFile.finish()
        try truthFile?.write(truthLines.bytes)
        try truthFile?.finish()
    }

    /// The writer does not tell how much it holds: so many lines of about 100 bytes fill an output buffer.
    private static let eventsPerWrite = VitalsToolsLimits.outputBytes / 100
}
