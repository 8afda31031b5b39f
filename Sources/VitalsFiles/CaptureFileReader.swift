public import VitalsCapture
public import VitalsModel

/// Reads the events of a recording from a file, a chunk at a time.
///
///     let reader = try CaptureFileReader(path: path, decoder: CaptureReader())
///     var events: [SensorEvent] = []
///     while try reader.next(into: &events) {
///         handle(events)
///         events.removeAll(keepingCapacity: true)
///     }
///
/// When `next` throws, `events` holds what could still be read before the fault.
public final class CaptureFileReader<Decoder: CaptureDecoder> {
    private let file: CaptureFile
    /// The decoder with its statistics.
    public private(set) var decoder: Decoder
    private var isFinished = false

    /// Opens a file.
    public init(path: String, decoder: Decoder) throws(FileError) {
        file = try CaptureFile(path: path)
        self.decoder = decoder
    }

    /// Appends the events of the next chunk, perhaps none; false when the file was read to its end.
    public func next(into events: inout [SensorEvent]) throws(FileError) -> Bool {
        guard !isFinished else { return false }
        let chunk: [UInt8]?
        do throws(FileError) {
            chunk = try file.next()
        } catch {
            isFinished = true
            decoder.breakOff(into: &events)
            throw error
        }
        do throws(CaptureError) {
            if let chunk {
                try decoder.consume(chunk, into: &events)
            } else {
                isFinished = true
                try decoder.finish(into: &events)
            }
        } catch {
            isFinished = true
            throw FileError(path: file.path, operation: "read", fault: .content(error), remedy: error.remedy)
        }
        return true
    }

    /// Appends all events of the file.
    public func readAll(into events: inout [SensorEvent]) throws(FileError) {
        while try next(into: &events) {}
    }
}
