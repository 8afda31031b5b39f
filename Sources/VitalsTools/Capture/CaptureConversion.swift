import Foundation
import VitalsCapture
import VitalsDaemon
import VitalsFiles
import VitalsModel

/// Makes JSON Lines captures of other recordings.
public struct CaptureConversion {
    private let output: String
    private let replaces: Bool
    private let standard: any ByteOutput
    private let notes: any ByteOutput
    private let progress: ProgressLine

    /// A conversion into the file `output`, or to `standard` when that is `-`; remarks go to `notes`.
    public init(
        output: String, replaces: Bool = false, standard: any ByteOutput, notes: any ByteOutput,
        progress: ProgressLine? = nil
    ) {
        self.output = output
        self.replaces = replaces
        self.standard = standard
        self.notes = notes
        self.progress = progress ?? ProgressLine(isBesideOutput: output == "-")
    }

    /// Converts a btsnoop or JSON Lines capture. `handles` are those of `--handle`.
    public func convert(_ path: String, handles: [String] = []) throws {
        let options = try HandleAssignment.options(handles)
        let statistics = try write(path, CaptureReader(options: options)).statistics
        for use in statistics.guessedHandles {
            let guess = use.characteristic.map(\.description) ?? "nothing"
            try note(
                path,
                "the values of handle \(use.handle) of \(use.sensor) were taken for \(guess) by their structure; say "
                    + "what they are with --handle")
        }
        for use in statistics.unknownHandles {
            let values = use.count.counted("value")
            try note(
                path,
                "\(values) of handle \(use.handle) of \(use.sensor) left out, since nothing says what they are; say it "
                    + "with --handle")
        }
    }

    /// Makes the heart-rate packets of RR intervals, one a line. The unit is `ms`, `s` or `1024`; nil: guessed.
    public func importRR(_ path: String, _ origin: ImportOrigin, unit: RRTextUnit?) throws {
        let reader = try write(
            path, RRTextReader(sensor: origin.sensor, start: origin.start, unit: unit?.unit))
        if let guessed = reader.statistics.guessedUnit {
            try note(path, "the intervals look like \(guessed.rawValue); say it with --unit")
        }
    }

    /// Makes the oximeter packets of a table of time, SpO2 and pulse.
    public func importSpO2(_ path: String, _ origin: ImportOrigin) throws {
        _ = try write(path, SpO2CSVReader(sensor: origin.sensor, start: origin.start))
    }

    /// Writes everything that can be read, then throws why the rest cannot.
    private func write<Decoder: CaptureDecoder>(_ path: String, _ decoder: Decoder) throws -> Decoder {
        defer { progress.clear() }
        let reader = try CaptureFileReader(path: path, decoder: decoder)
        var target: (writer: CaptureWriter, output: CaptureOutput)?
        var damage: FileError?
        var hasMore = true
        while hasMore {
            var events: [SensorEvent] = []
            do throws(FileError) {
                hasMore = try reader.next(into: &events)
            } catch {
                damage = error
                hasMore = false
            }
            // A capture that holds nothing has a start all the same, once it was read.
            guard let start = reader.decoder.start, !events.isEmpty || !hasMore && damage == nil else { continue }
            if target == nil {
                target = (
                    try CaptureWriter(start: start),
                    try CaptureOutput(output, replaces: replaces, standard: standard)
                )
            }
            for event in events {
                try target?.writer.write(event)
                progress.update { "converting \(path): \(event.stamp.monotonic.text) of data" }
            }
            if let bytes = target?.writer.takeBytes() { try target?.output.write(bytes) }
        }
        // What could be read of a damaged recording is worth a file of its own, and not the recording's place.
        if let damage, isItself(path) { throw damage }
        try target?.output.finish()
        if let damage { throw damage }
        guard target != nil else {
            throw ToolError(path, "it holds no event", remedy: "record it again", status: ExitStatus.badInput)
        }
        return reader.decoder
    }

    private func isItself(_ path: String) -> Bool {
        let place = { (name: String) in URL(fileURLWithPath: name).resolvingSymlinksInPath().path }
        return output != "-" && place(path) == place(output)
    }

    private func note(_ path: String, _ text: String) throws { try notes.write("vitalsctl: \(path): \(text)\n") }
}

extension MonotonicTime {
    /// The time since the clock's origin, for people.
    var text: String { (self - MonotonicTime(microseconds: 0)).text }
}
