internal import CSystemd
public import VitalsModel

/// A connection to a D-Bus message bus, carried by an event loop (sd-bus(3)). Client and server in one.
///
/// It lives on the thread of its loop. Handlers run on the loop, one at a time, and may call anything here, `close`
/// included.
@safe
public final class BusConnection {
    /// Called once, when the connection was lost: not after `close`. Pending calls have failed by then.
    public var onDisconnect: (BusError) -> Void = { _ in }
    /// Asked for every method call to an object that nobody serves by its path; nil: not ours, and the caller gets the
    /// error that is due.
    public var onCall: ((BusRequest) -> BusAnswer?)?
    /// Signals that were dropped because they were larger than allowed or broken.
    public internal(set) var refusedSignals = 0

    let bus: OpaquePointer
    private let loop: EventLoop
    private var filter: OpaquePointer?
    private var calls: Set<Kept<BusPendingCall>> = []
    private var subscriptions: Set<Kept<BusSubscription>> = []
    private var objects: [String: (BusRequest) -> BusAnswer?] = [:]
    private var isClosed = false

    /// Connects to the system bus: the one of `DBUS_SYSTEM_BUS_ADDRESS`, else the usual place.
    public static func system(loop: EventLoop) throws(BusError) -> BusConnection {
        var bus: OpaquePointer?
        try unsafe BusError.check(sd_bus_open_system(&bus), "sd_bus_open_system")
        guard let bus = unsafe bus else { throw BusError(code: -ENOMEM, call: "sd_bus_open_system") }
        return try unsafe BusConnection(taking: bus, loop: loop)
    }

    /// Connects to the bus at a D-Bus address, such as `unix:path=/run/dbus/system_bus_socket`.
    public convenience init(address: String, loop: EventLoop) throws(BusError) {
        var made: OpaquePointer?
        try unsafe BusError.check(sd_bus_new(&made), "sd_bus_new")
        guard let bus = unsafe made else { throw BusError(code: -ENOMEM, call: "sd_bus_new") }
        do throws(BusError) {
            try unsafe BusError.check(sd_bus_set_address(bus, address), "sd_bus_set_address")
            try unsafe BusError.check(sd_bus_set_bus_client(bus, 1), "sd_bus_set_bus_client")
            try unsafe BusError.check(sd_bus_negotiate_fds(bus, 1), "sd_bus_negotiate_fds")
            try unsafe BusError.check(sd_bus_start(bus), "sd_bus_start")
        } catch {
            unsafe sd_bus_unref(bus)
            throw error
        }
        try unsafe self.init(taking: bus, loop: loop)
    }

    private init(taking bus: OpaquePointer, loop: EventLoop) throws(BusError) {
        unsafe self.bus = unsafe bus
        self.loop = loop
        try unsafe BusError.check(sd_bus_attach_event(bus, loop.event, 0), "sd_bus_attach_event")
        let result = unsafe sd_bus_add_filter(
            bus, &filter, { message, userdata, _ in unsafe BusConnection.filtered(message, userdata) },
            Unmanaged.passUnretained(self).toOpaque())
        try BusError.check(result, "sd_bus_add_filter")
    }

    deinit {
        close()
        unsafe sd_bus_unref(bus)
    }

    /// The name that the bus gave this connection, such as `:1.42`. Waits for the bus's greeting the first time.
    public var uniqueName: String? {
        var name: UnsafePointer<CChar>?
        guard unsafe sd_bus_get_unique_name(bus, &name) >= 0 else { return nil }
        return unsafe name.map { unsafe String(cString: $0) }
    }

    /// Subscriptions in force, each of which is a match rule at the bus.
    public var matchCount: Int { subscriptions.count }

    /// Calls on their way.
    public var callCount: Int { calls.count }

    /// Waits until all that was sent has left this process.
    public func flush() { unsafe sd_bus_flush(bus) }

    /// Ends the connection. No handler is called any more, those of pending calls included.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        for call in calls { call.object.release() }
        for subscription in subscriptions { subscription.object.release() }
        calls = []
        subscriptions = []
        objects = [:]
        unsafe sd_bus_slot_unref(filter)
        unsafe filter = nil
        unsafe sd_bus_detach_event(bus)
        unsafe sd_bus_close(bus)
    }

    /// Calls a method. `reply` is called exactly once, later, with the results, with the error that came back, or when the
    /// deadline has passed; never after `cancel` or `close`.
    @discardableResult
    public func call(
        _ call: BusCall, deadline: MonotonicTime.Span, reply: @escaping (Result<[BusValue], BusError>) -> Void
    ) -> BusPendingCall {
        let pending = BusPendingCall(connection: self, reply)
        calls.insert(Kept(pending))
        do throws(BusError) {
            guard calls.count <= BusLimits.callsMax else {
                throw BusError(name: BusError.limitsExceeded, message: "too many calls are waiting for their answers")
            }
            let message = try unsafe Message(call, on: bus)
            try unsafe pending.send(message.pointer, on: bus, deadline: deadline)
        } catch {
            later { pending.finish(.failure(error)) }
        }
        return pending
    }

    /// Calls a method whose answer nobody wants.
    public func send(_ call: BusCall) throws(BusError) {
        let message = try unsafe Message(call, on: bus)
        try unsafe BusError.check(
            sd_bus_message_set_expect_reply(message.pointer, 0), "sd_bus_message_set_expect_reply")
        try unsafe BusError.check(sd_bus_send(bus, message.pointer, nil), "sd_bus_send")
    }

    /// Calls a method and waits for the answer, with the loop standing still: for tools that do one thing.
    public func callAndWait(_ call: BusCall, deadline: MonotonicTime.Span) throws(BusError) -> [BusValue] {
        let message = try unsafe Message(call, on: bus)
        var error = unsafe sd_bus_error()
        defer { unsafe sd_bus_error_free(&error) }
        var reply: OpaquePointer?
        defer { unsafe sd_bus_message_unref(reply) }
        let result = unsafe sd_bus_call(bus, message.pointer, UInt64(max(deadline.microseconds, 1)), &error, &reply)
        guard result >= 0, let reply = unsafe reply else {
            let name = unsafe String(orEmpty: error.name)
            guard !name.isEmpty else { throw BusError(code: result, call: "sd_bus_call") }
            throw unsafe BusError(name: name, message: String(orEmpty: error.message), isDeadline: result == -ETIMEDOUT)
        }
        return try unsafe MessageReader.arguments(of: reply)
    }

    /// Has `handler` answer the method calls to one object; nil: there is no such object any more.
    public func serve(_ path: String, _ handler: ((BusRequest) -> BusAnswer?)?) { objects[path] = handler }

    /// Calls `handler` with each signal that matches. The match is in force for all that is sent on this connection after
    /// this call.
    @discardableResult
    public func subscribe(
        _ match: BusMatch, _ handler: @escaping (BusSignal) -> Void
    ) throws(BusError) -> BusSubscription {
        let subscription = BusSubscription(connection: self, handler)
        try unsafe subscription.install(match.rule, on: bus)
        subscriptions.insert(Kept(subscription))
        return subscription
    }

    func forget(_ call: BusPendingCall) { calls.remove(Kept(call)) }

    func forget(_ subscription: BusSubscription) { subscriptions.remove(Kept(subscription)) }

    /// The connection cannot be used any more.
    func lose(_ error: BusError) {
        later { [weak self] in
            guard let self, !isClosed else { return }
            let waiting = calls
            for call in waiting { call.object.finish(.failure(error)) }
            close()
            onDisconnect(error)
        }
    }

    private func later(_ body: @escaping () -> Void) {
        do { try loop.soon(body) } catch { body() }
    }

    private static func filtered(_ message: OpaquePointer?, _ userdata: UnsafeMutableRawPointer?) -> Int32 {
        guard let message = unsafe message, let userdata = unsafe userdata else { return 0 }
        let connection = unsafe Unmanaged<BusConnection>.fromOpaque(userdata).takeUnretainedValue()
        if unsafe sd_bus_message_is_signal(message, "org.freedesktop.DBus.Local", "Disconnected") > 0 {
            connection.lose(BusError(name: BusError.disconnected, message: "the connection to the bus was lost"))
            return 0
        }
        guard unsafe sd_bus_message_is_method_call(message, nil, nil) > 0 else { return 0 }
        let path = unsafe String(orEmpty: sd_bus_message_get_path(message))
        guard let handler = connection.objects[path] ?? connection.onCall else { return 0 }
        return unsafe serve(message, handler) ? 1 : 0
    }
}

/// An object in a set, by identity.
private struct Kept<Object: AnyObject>: Hashable {
    let object: Object

    init(_ object: Object) { self.object = object }

    static func == (left: Kept, right: Kept) -> Bool { left.object === right.object }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(object)) }
}
