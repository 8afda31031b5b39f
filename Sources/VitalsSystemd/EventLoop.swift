internal import CSystemd
internal import Glibc
public import VitalsModel

/// The thread's `sd-event` loop: timers, signals, descriptors and the service watchdog (sd-event(3)).
///
/// One loop lives on one thread, and every handler runs on it, one at a time. A handler that throws ends the loop with
/// that error.
@safe
public final class EventLoop {
    let event: OpaquePointer
    private var handlers: [Handler] = []
    private var soonBodies: [() throws -> Void] = []
    private var soonSource: Handler?
    private var failure: (any Error)?

    /// Makes the loop of the calling thread.
    public init() throws(SystemdError) {
        var event: OpaquePointer?
        try unsafe SystemdError.check(sd_event_new(&event), "sd_event_new")
        guard let event = unsafe event else { throw SystemdError(code: -12, call: "sd_event_new") }
        unsafe self.event = unsafe event
    }

    deinit {
        handlers.removeAll()
        soonSource = nil
        unsafe sd_event_unref(event)
    }

    /// CLOCK_BOOTTIME now: it counts on while the machine sleeps, as windows and delays must.
    public var now: MonotonicTime {
        var microseconds: UInt64 = 0
        unsafe sd_event_now(event, clockid_t(CLOCK_BOOTTIME), &microseconds)
        return MonotonicTime(microseconds: Int64(clamping: microseconds))
    }

    /// Calls `handler` each time that the descriptor can be read. The handler drains it.
    public func onReadable(_ descriptor: Int32, _ handler: @escaping () throws -> Void) throws(SystemdError) {
        handlers.append(try readable(descriptor, handler))
    }

    /// Calls `handler` each time that the descriptor can be read or was closed by the other side, for as long as the
    /// watch is kept and not cancelled. The handler drains the descriptor, which stays the caller's to close after that.
    public func watch(_ descriptor: Int32, _ handler: @escaping () throws -> Void) throws(SystemdError) -> Watch {
        Watch(handler: try readable(descriptor, handler))
    }

    private func readable(
        _ descriptor: Int32, _ handler: @escaping () throws -> Void
    ) throws(SystemdError) -> Handler {
        let box = Handler(loop: self, handler)
        var source: OpaquePointer?
        let result = unsafe sd_event_add_io(
            event, &source, descriptor, UInt32(EPOLLIN.rawValue),
            { _, _, _, userdata in unsafe Handler.call(userdata) }, box.opaque)
        try SystemdError.check(result, "sd_event_add_io")
        unsafe box.adopt(source)
        return box
    }

    /// Runs `body` on the loop after the current handler, before the loop waits again; in the order of the calls.
    public func soon(_ body: @escaping () throws -> Void) throws(SystemdError) {
        if let soonSource {
            let result = unsafe sd_event_source_set_enabled(soonSource.source, Int32(SD_EVENT_ONESHOT))
            try SystemdError.check(result, "sd_event_source_set_enabled")
        } else {
            let box = Handler(loop: self) { [unowned self] in try runSoonBodies() }
            var source: OpaquePointer?
            let result = unsafe sd_event_add_defer(
                event, &source, { _, userdata in unsafe Handler.call(userdata) }, box.opaque)
            try SystemdError.check(result, "sd_event_add_defer")
            unsafe box.adopt(source)
            soonSource = box
        }
        soonBodies.append(body)
    }

    private func runSoonBodies() throws {
        let bodies = soonBodies
        soonBodies = []
        for body in bodies { try body() }
    }

    /// Blocks signals for this thread and all that it starts from now on, as `onSignal` needs: a thread that does not
    /// block them would die of them. Call it before any other thread exists.
    public static func block(_ signals: [Int32]) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Calls `handler` when the process gets the signal, which `block` has blocked in every thread.
    public func onSignal(_ signal: Int32, _ handler: @escaping () throws -> Void) throws(SystemdError) {
        let box = Handler(loop: self, handler)
        var source: OpaquePointer?
        let result = unsafe sd_event_add_signal(
            event, &source, signal, { _, _, userdata in unsafe Handler.call(userdata) }, box.opaque)
        try SystemdError.check(result, "sd_event_add_signal")
        unsafe box.adopt(source)
        handlers.append(box)
    }

    /// A timer that is not armed yet; `handler` runs each time that an armed time has come.
    public func timer(_ handler: @escaping () throws -> Void) throws(SystemdError) -> Timer {
        let box = Handler(loop: self, handler)
        var source: OpaquePointer?
        let result = unsafe sd_event_add_time(
            event, &source, clockid_t(CLOCK_BOOTTIME), .max, 1_000,
            { _, _, userdata in unsafe Handler.call(userdata) }, box.opaque)
        try SystemdError.check(result, "sd_event_add_time")
        unsafe box.adopt(source)
        handlers.append(box)
        return Timer(handler: box)
    }

    /// Has the loop itself feed the service manager's watchdog, when the unit sets `WatchdogSec=`: a loop that hangs
    /// is then noticed and restarted. True when the watchdog is on.
    @discardableResult
    public func enableWatchdog() throws(SystemdError) -> Bool {
        let result = unsafe sd_event_set_watchdog(event, 1)
        try SystemdError.check(result, "sd_event_set_watchdog")
        return result > 0
    }

    /// Runs until `exit` is called or a handler throws; returns the exit code.
    public func run() throws -> Int32 {
        let result = unsafe sd_event_loop(event)
        if let failure { throw failure }
        try SystemdError.check(result, "sd_event_loop")
        return result
    }

    /// Waits at most `span` for something to happen, and runs one handler; false when nothing happened. For programs
    /// and tests that turn the loop by hand instead of leaving all to `run`.
    @discardableResult
    public func turn(waiting span: MonotonicTime.Span) throws -> Bool {
        let result = unsafe sd_event_run(event, UInt64(clamping: span.microseconds))
        if let failure { throw failure }
        try SystemdError.check(result, "sd_event_run")
        return result > 0
    }

    /// Ends `run` after the current handler.
    public func exit(_ code: Int32 = 0) {
        unsafe sd_event_exit(event, code)
    }

    /// Ends `run` with an error, after the current handler.
    public func fail(_ error: any Error) {
        if failure == nil { failure = error }
        exit(1)
    }

    /// A one-shot timer on CLOCK_BOOTTIME that can be armed again.
    public struct Timer {
        fileprivate let handler: Handler

        /// Fires once when the clock reaches `time`; a time that has passed fires at once.
        public func arm(at time: MonotonicTime) throws(SystemdError) {
            try unsafe SystemdError.check(
                sd_event_source_set_time(handler.source, UInt64(clamping: time.microseconds)),
                "sd_event_source_set_time")
            try unsafe SystemdError.check(
                sd_event_source_set_enabled(handler.source, Int32(SD_EVENT_ONESHOT)),
                "sd_event_source_set_enabled")
        }

        /// Fires no more until armed again.
        public func disarm() throws(SystemdError) {
            try unsafe SystemdError.check(
                sd_event_source_set_enabled(handler.source, Int32(SD_EVENT_OFF)), "sd_event_source_set_enabled")
        }
    }

    /// A descriptor under watch; dropping it ends the watch too.
    public final class Watch {
        private var handler: Handler?

        fileprivate init(handler: Handler) { self.handler = handler }

        /// The handler is not called any more. To be called before the descriptor is closed.
        public func cancel() { handler = nil }
    }

    /// A handler and the event source that calls it. The loop keeps it alive for as long as the source can fire.
    @safe
    fileprivate final class Handler {
        private unowned let loop: EventLoop
        private let body: () throws -> Void
        fileprivate private(set) var source: OpaquePointer?

        init(loop: EventLoop, _ body: @escaping () throws -> Void) {
            self.loop = loop
            self.body = body
        }

        deinit { unsafe sd_event_source_disable_unref(source) }

        var opaque: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

        func adopt(_ source: OpaquePointer?) { unsafe self.source = unsafe source }

        static func call(_ userdata: UnsafeMutableRawPointer?) -> Int32 {
            guard let userdata = unsafe userdata else { return 0 }
            let handler = unsafe Unmanaged<Handler>.fromOpaque(userdata).takeUnretainedValue()
            do {
                try handler.body()
            } catch {
                handler.loop.fail(error)
            }
            return 0
        }
    }
}
