import VitalsCapture
import VitalsCore
import VitalsJSON
import VitalsKernels
import VitalsModel

/// What `vitalsctl replay` prints for JSON Lines captures: every record and, on demand, every evaluation.
///
/// The defaults are the configuration. Its digest and the program's version come from outside, since both are made by
/// what is not in the core.
struct ReplayTask {
    private let kernels: KernelTable
    private let tracing: Tracing
    private var output = ProbeOutput()
    private var json = JSONWriter()

    init(kernels: KernelTable) {
        self.kernels = kernels
        tracing = Environment.text("PROBE_TRACE").isEmpty ? .off : .all
    }

    /// Plays the files, each as a run of its own, the sequences going on.
    consuming func run() {
        var sequence: UInt64 = 1
        for path in Environment.files("PROBE_FILES") {
            var engine = Engine(
                configuration: EngineConfiguration(), digest: Environment.text("PROBE_DIGEST"),
                version: Environment.text("PROBE_VERSION"), kernels: kernels, nextSequence: sequence, tracing: tracing)
            play(path, &engine)
            sequence = engine.nextSequence
        }
        output.flush()
    }

    private mutating func play(_ path: String, _ engine: inout Engine) {
        var input = ProbeInput(path)
        var reader = JSONLinesReader()
        var events: [SensorEvent] = []
        var last: Stamp?
        do throws(CaptureError) {
            while let piece = input.next() {
                try reader.consume(piece, into: &events)
                handle(&events, start: reader.start, &last, &engine)
            }
            try reader.finish(into: &events)
            handle(&events, start: reader.start, &last, &engine)
        } catch {
            ProbeOutput.fail(path + ": " + error.description, status: 65)
        }
        if let last { handle(.stop(last), &engine) }
    }

    /// Starts the run when the start is known, and plays what was read.
    private mutating func handle(
        _ events: inout [SensorEvent], start: WallTime?, _ last: inout Stamp?, _ engine: inout Engine
    ) {
        if last == nil, let start {
            let stamp = Stamp(monotonic: MonotonicTime(microseconds: 0), wall: start, isSynchronised: true)
            handle(.start(stamp), &engine)
            last = stamp
        }
        for event in events {
            handle(.sensor(event), &engine)
            last = event.stamp
        }
        events.removeAll(keepingCapacity: true)
    }

    private mutating func handle(_ input: EngineInput, _ engine: inout Engine) {
        var effects: [Effect] = []
        engine.handle(input, into: &effects)
        for effect in effects {
            switch effect {
            case .append(let record):
                do throws(RecordLineError) {
                    try RecordLine.write(record, to: &json)
                } catch {
                    ProbeOutput.fail(error.description, status: 70)
                }
            case .trace(let line):
                json.raw(line)
                json.endLine()
            case .log: break
            }
        }
        output.write(json.bytes)
        json.removeAll()
    }
}
