public import VitalsCapture
public import VitalsFiles
public import VitalsModel

/// The events of a recording, one after the other, read a chunk at a time.
///
/// A damaged recording gives everything before the damage; then it ends, and `damage` says why.
public final class RecordedEvents {
    /// The recording's file.
    public let path: String
    /// Why the recording could not be read to its end.
    public private(set) var damage: FileError?

    private let reader: CaptureFileReader<CaptureReader>
    private var events: [SensorEvent] = []
    private var position = 0
    private var isAtEnd = false

    /// Opens a recording, and reads far enough to know when it starts.
    public init(path: String, options: CaptureOptions = CaptureOptions()) throws(FileError) {
        self.path = path
        reader = try CaptureFileReader(path: path, decoder: CaptureReader(options: options))
        while events.isEmpty && !isAtEnd { fill() }
        if let damage, events.isEmpty { throw damage }
    }

    /// The stamp of the recording's start.
    public var start: Stamp {
        let wall = reader.decoder.start ?? events.first?.stamp.wall ?? WallTime(microseconds: 0)
        return Stamp(monotonic: MonotonicTime(microseconds: 0), wall: wall, isSynchronised: true)
    }

    /// What was read so far, and what could not be.
    public var statistics: CaptureStatistics { reader.decoder.statistics }

    /// The next event, without taking it; nil at the end.
    public func peek() -> SensorEvent? {
        while position == events.count && !isAtEnd { fill() }
        return position < events.count ? events[position] : nil
    }

    /// The next event; nil at the end.
    public func next() -> SensorEvent? {
        guard let event = peek() else { return nil }
        position += 1
        return event
    }

    private func fill() {
        events.removeAll(keepingCapacity: true)
        position = 0
        do throws(FileError) {
            isAtEnd = try !reader.next(into: &events)
        } catch {
            damage = error
            isAtEnd = true
        }
    }
}
