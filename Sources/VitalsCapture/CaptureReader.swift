public import VitalsModel

/// Reads a recording of either kind; its first bytes say which.
///
///     var reader = CaptureReader()
///     var events: [SensorEvent] = []
///     while let chunk = try file.next() { try reader.consume(chunk, into: &events) }
///     try reader.finish(into: &events)
public struct CaptureReader: Sendable {
    private enum State {
        case undecided([UInt8])
        case btsnoop(BTSnoopReader)
        case jsonLines(JSONLinesReader)
        case failed(CaptureError)
    }

    private let options: CaptureOptions
    private var state = State.undecided([])

    /// A reader at the start of a recording.
    public init(options: CaptureOptions = CaptureOptions()) { self.options = options }

    /// The kind of recording, once it is known.
    public var format: CaptureFormat? {
        switch state {
        case .btsnoop: .btsnoop
        case .jsonLines: .jsonLines
        case .undecided, .failed: nil
        }
    }

    private var decoder: (any CaptureDecoder)? {
        switch state {
        case .btsnoop(let reader): reader
        case .jsonLines(let reader): reader
        case .undecided, .failed: nil
        }
    }

    private mutating func decide(_ bytes: [UInt8]) throws(CaptureError) {
        do throws(CaptureError) {
            switch try CaptureFormat.recognise(bytes) {
            case .btsnoop: state = .btsnoop(BTSnoopReader(options: options))
            case .jsonLines: state = .jsonLines(JSONLinesReader())
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }
}

extension CaptureReader: CaptureDecoder {
    /// The start of the recording, once it is known.
    public var start: WallTime? { decoder?.start }

    /// What was read so far, and what could not be.
    public var statistics: CaptureStatistics { decoder?.statistics ?? CaptureStatistics() }

    /// Reads further bytes; after an error, throws it again.
    public mutating func consume(_ bytes: [UInt8], into events: inout [SensorEvent]) throws(CaptureError) {
        switch state {
        case .failed(let error):
            throw error
        case .undecided(let earlier):
            let known = earlier.isEmpty ? bytes : earlier + bytes
            if known.count < CaptureFormat.signatureBytes {
                state = .undecided(known)
            } else {
                try decide(known)
                try consume(known, into: &events)
            }
        case .btsnoop(var reader):
            // The copy in `state` would double every buffer that the reader writes to.
            state = .undecided([])
            defer { state = .btsnoop(reader) }
            try reader.consume(bytes, into: &events)
        case .jsonLines(var reader):
            state = .undecided([])
            defer { state = .jsonLines(reader) }
            try reader.consume(bytes, into: &events)
        }
    }

    /// Ends the reading; after an error, throws it again.
    public mutating func finish(into events: inout [SensorEvent]) throws(CaptureError) {
        if case .undecided(let bytes) = state {
            try decide(bytes)
            try consume(bytes, into: &events)
        }
        switch state {
        case .failed(let error):
            throw error
        case .undecided:
            break
        case .btsnoop(var reader):
            defer { state = .btsnoop(reader) }
            try reader.finish(into: &events)
        case .jsonLines(var reader):
            defer { state = .jsonLines(reader) }
            try reader.finish(into: &events)
        }
    }

    /// Passes the end on to the reader of the format.
    public mutating func breakOff(into events: inout [SensorEvent]) {
        switch state {
        case .undecided, .failed: break
        case .btsnoop(var reader):
            reader.breakOff(into: &events)
            state = .btsnoop(reader)
        case .jsonLines(var reader):
            reader.breakOff(into: &events)
            state = .jsonLines(reader)
        }
    }
}
