public import VitalsModel

/// A push parser of one kind of recording: bytes go in as they come, cut anywhere, and events come out.
///
/// A fault ends the reading: what stood before it has been handed out, and every later call throws the same error.
public protocol CaptureDecoder: Sendable {
    /// The wall time at which the recording starts, once it is known.
    var start: WallTime? { get }
    /// What was read so far, and what could not be.
    var statistics: CaptureStatistics { get }

    /// Reads further bytes and appends what happened to `events`.
    mutating func consume(_ bytes: [UInt8], into events: inout [SensorEvent]) throws(CaptureError)

    /// Says that the input has ended, and appends what was held back.
    mutating func finish(into events: inout [SensorEvent]) throws(CaptureError)

    /// Says that the input broke off for a reason of its own, such as damaged compression, and appends what was held
    /// back and is certain. A line or record under way is left out: its end is missing.
    mutating func breakOff(into events: inout [SensorEvent])
}
