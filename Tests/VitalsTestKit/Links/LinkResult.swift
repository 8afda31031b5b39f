import Foundation
import Synchronization
public import VitalsModel

/// One line of the table of link reliability: what went wrong, how long recovery may take, and how long it took.
public struct LinkResult: Sendable {
    /// Where it was measured.
    public enum Place: String, Sendable {
        /// On virtual time, with the delays that were measured on BlueZ and the settings' defaults.
        case simulated
        /// On the fake of org.bluez, in real time, with its shortened delays.
        case fake
        /// On the real BlueZ of the bench.
        case bluez
    }

    /// The field lesson.
    public var lesson: Int
    /// What went wrong, and what is waited for.
    public var fault: String
    /// How long it may take.
    public var budget: MonotonicTime.Span
    /// How long it took; nil when it never came.
    public var measured: MonotonicTime.Span?
    /// Where.
    public var place: Place

    /// A result.
    public init(
        lesson: Int, fault: String, budget: MonotonicTime.Span, measured: MonotonicTime.Span?, place: Place
    ) {
        self.lesson = lesson
        self.fault = fault
        self.budget = budget
        self.measured = measured
        self.place = place
    }

    /// Whether it was quick enough.
    public var isGood: Bool { measured.map { $0 <= budget } ?? false }

    /// Appends it, as a line of JSON, to the file that `VITALS_LINK_RESULTS` names, if it names one.
    public func publish() {
        Self.append(
            #"{"budget":\#(Self.seconds(budget)),"fault":"\#(Self.escaped(fault))","lesson":\#(lesson),"#
                + #""measured":\#(measured.map(Self.seconds) ?? "null"),"where":"\#(place.rawValue)"}"#)
    }

    /// The same for what was counted and is no time.
    public static func publish(note: String, lesson: Int) {
        append(#"{"lesson":\#(lesson),"note":"\#(escaped(note))"}"#)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    private static func append(_ line: String) {
        guard let path = ProcessInfo.processInfo.environment["VITALS_LINK_RESULTS"] else { return }
        Self.file.withLock { _ in
            if !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(atPath: path, contents: nil)
            }
            guard let handle = FileHandle(forWritingAtPath: path) else { return }
            _ = try? handle.seekToEnd()
            try? handle.write(contentsOf: Data("\(line)\n".utf8))
            try? handle.close()
        }
    }

    private static let file = Mutex(())

    private static func seconds(_ span: MonotonicTime.Span) -> String {
        String(format: "%.3f", Double(span.microseconds) / 1_000_000)
    }
}
