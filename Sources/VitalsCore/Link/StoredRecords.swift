import VitalsGATT
import VitalsModel

/// Fetches the spot checks that a sensor stored, over its Record Access Control Point, and deletes them there only when
/// that is safe (lessons 24 and 40).
///
/// The records are counted, reported and made durable. They are deleted only if the configuration wants it, every one of
/// them decodes, as many came as were counted, and a second count finds no more: a spot check that was taken meanwhile must
/// not be deleted unread. Source: Record Access Control Point 1.0; Pulse Oximeter Service 1.0.1, 3.4.
struct StoredRecords: Sendable {
    private let deletes: Bool
    private var state = State.idle
    private var due: MonotonicTime?
    private var end: MonotonicTime?
    /// What the sensor said that it stores; nil when it could not say.
    private var counted: UInt32?
    private var received: UInt32 = 0
    private var malformed = false
    private var hasAborted = false

    private enum State: Hashable, Sendable {
        case idle, counting, reporting, storing, recounting, deleting, finished
        /// A request is being ended, for this reason; or one that another client left, before counting.
        case aborting(String?)
    }

    enum Action: Hashable, Sendable {
        /// Write this to the control point.
        case write([UInt8])
        /// Make durable what came.
        case makeDurable
        case finish(Outcome)
    }

    enum Outcome: Hashable, Sendable {
        case nothingStored
        case fetched(UInt32)
        case fetchedAndDeleted(UInt32)
        /// It ended early, or may not be deleted, for this reason. What came is kept.
        case incomplete(UInt32, reason: String)
    }

    init(deletes: Bool) { self.deletes = deletes }

    /// Whether values of 2A5E are stored records.
    var isReporting: Bool { state == .reporting }

    /// Whether the sensor is busy handing over, so that its link should be left alone.
    var isUnderWay: Bool { state != .idle && state != .finished }

    /// When to call `expire`.
    var deadline: MonotonicTime? { isUnderWay ? .earliest(due, end) : nil }

    /// Begins, both characteristics being subscribed to.
    mutating func begin(at time: MonotonicTime) -> Action {
        end = time + LinkLimits.recordsSpanMax
        return request(.counting, .reportNumberOfAll, at: time)
    }

    /// A value of 2A5E came.
    mutating func record(_ bytes: [UInt8], at time: MonotonicTime) {
        guard state == .reporting else { return }
        received = received == .max ? received : received + 1
        if (try? PLXSpotCheckMeasurement.decode(bytes)) == nil { malformed = true }
        due = time + LinkLimits.recordsDeadline
    }

    /// A value of 2A52 came.
    mutating func indicated(_ bytes: [UInt8], at time: MonotonicTime) -> Action? {
        guard isUnderWay else { return nil }
        guard let answer = try? RecordAccessControlPoint.decode(bytes) else {
            return abort("the control point's answer is malformed", at: time)
        }
        switch (state, answer.value) {
        case (.counting, .numberOfStoredRecords(let count)):
            counted = count
            return count == 0 ? finish(.nothingStored) : request(.reporting, .reportAll, at: time)
        case (.recounting, .numberOfStoredRecords(let count)):
            guard count == counted else { return finish(.incomplete(received, reason: "more was stored meanwhile")) }
            return request(.deleting, .deleteAll, at: time)
        case (_, .response(let request, let code)): return answered(request, code, at: time)
        default: return nil
        }
    }

    /// A write to the control point failed.
    mutating func writeFailed(_ failure: LinkFailure, at time: MonotonicTime) -> Action? {
        guard isUnderWay else { return nil }
        // Procedure Already In Progress (Core Specification Supplement, part B, 1.2): what a client before us left.
        if failure.kind == .attribute(0xFE), state == .counting, !hasAborted {
            hasAborted = true
            state = .aborting(nil)
            due = time + LinkLimits.abortDeadline
            return .write(RecordAccessControlPoint.abort.encoded)
        }
        return finish(.incomplete(received, reason: "the control point refuses: \(failure.message)"))
    }

    /// What was to be made durable is.
    mutating func durable(at time: MonotonicTime) -> Action? {
        guard state == .storing else { return nil }
        guard deletes else { return finish(.fetched(received)) }
        guard counted == received else {
            let words = counted.map(\.description) ?? "an unknown number"
            return finish(.incomplete(received, reason: "\(words) were counted"))
        }
        guard !malformed else { return finish(.incomplete(received, reason: "a record is malformed")) }
        return request(.recounting, .reportNumberOfAll, at: time)
    }

    /// Does what is due.
    mutating func expire(at time: MonotonicTime) -> Action? {
        guard let deadline, deadline <= time else { return nil }
        switch state {
        case .idle, .finished: return nil
        case .aborting(let reason): return finish(.incomplete(received, reason: reason ?? "an abort is not answered"))
        case .storing: return finish(.incomplete(received, reason: "not durable in time"))
        case .counting, .reporting, .recounting, .deleting: return abort("no answer in time", at: time)
        }
    }
}

extension StoredRecords {
    private mutating func answered(
        _ request: RecordAccessControlPoint.OpCode, _ code: RecordAccessControlPoint.ResponseCode,
        at time: MonotonicTime
    ) -> Action? {
        switch (state, request) {
        case (.counting, .reportNumberOfStoredRecords):
            if code == .noRecordsFound { return finish(.nothingStored) }
            // A sensor that cannot count can report; nothing is deleted then.
            let cannotCount = [.opCodeNotSupported, .operatorNotSupported, .invalidOperator].contains(code)
            return cannotCount ? self.request(.reporting, .reportAll, at: time) : refuse(code)
        case (.reporting, .reportStoredRecords):
            guard code == .success else {
                if code == .noRecordsFound, received == 0 { return finish(.nothingStored) }
                return refuse(code)
            }
            state = .storing
            due = time + LinkLimits.durableDeadline
            return .makeDurable
        case (.recounting, .reportNumberOfStoredRecords): return refuse(code)
        case (.deleting, .deleteStoredRecords):
            return code == .success ? finish(.fetchedAndDeleted(received)) : refuse(code)
        case (.aborting(nil), .abortOperation): return self.request(.counting, .reportNumberOfAll, at: time)
        case (.aborting(let reason), .abortOperation):
            return finish(.incomplete(received, reason: reason ?? "aborted"))
        default: return nil
        }
    }

    private mutating func request(
        _ next: State, _ request: RecordAccessControlPoint, at time: MonotonicTime
    ) -> Action {
        state = next
        due = time + LinkLimits.recordsDeadline
        return .write(request.encoded)
    }

    private mutating func refuse(_ code: RecordAccessControlPoint.ResponseCode) -> Action {
        finish(.incomplete(received, reason: code.name ?? "response code \(code.rawValue)"))
    }

    /// Ends a request that did not end by itself. Reports that are still on their way come as values all the same.
    private mutating func abort(_ reason: String, at time: MonotonicTime) -> Action {
        guard !hasAborted else { return finish(.incomplete(received, reason: reason)) }
        hasAborted = true
        state = .aborting(reason)
        due = time + LinkLimits.abortDeadline
        end = nil
        return .write(RecordAccessControlPoint.abort.encoded)
    }

    private mutating func finish(_ outcome: Outcome) -> Action {
        state = .finished
        (due, end) = (nil, nil)
        return .finish(outcome)
    }
}
