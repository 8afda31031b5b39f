/// Why a capture cannot be read further, where, and what to do about it.
///
/// Everything before that place has been read and handed out.
public struct CaptureError: Error, Hashable, Sendable {
    /// Where in the input the fault lies.
    public enum Location: Hashable, Sendable {
        /// So many bytes from the start of the (uncompressed) input.
        case byte(Int)
        /// The line, from 1.
        case line(Int)
        /// An event that cannot be written, counted from 0.
        case event(Int)
    }

    /// Where.
    public let location: Location
    /// What is wrong there.
    public let fault: String
    /// What the reader of the message can do.
    public let remedy: String

    /// An error.
    public init(at location: Location, _ fault: String, remedy: String) {
        self.location = location
        self.fault = fault
        self.remedy = remedy
    }
}

extension CaptureError: CustomStringConvertible {
    /// `line 12: the member 't' of an event is missing; add it: seconds since the start, not negative, such as 1.024`.
    public var description: String { "\(location): \(fault); \(remedy)" }
}

extension CaptureError.Location: CustomStringConvertible {
    /// `byte 4711`, `line 12`, `event 3`.
    public var description: String {
        switch self {
        case .byte(let offset): "byte \(offset)"
        case .line(let number): "line \(number)"
        case .event(let index): "event \(index)"
        }
    }
}
