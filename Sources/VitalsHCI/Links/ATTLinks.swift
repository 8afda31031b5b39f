public import VitalsCore
import VitalsModel
public import VitalsSystemd

/// Links over the kernel's own sockets, for gateways that run no bluetoothd: discovery through the management
/// interface, an L2CAP channel to the attribute protocol of each sensor.
///
/// It needs CAP_NET_ADMIN for the adapter, and that bluetoothd does not run: both would answer for the same adapter.
/// Pairing is Just Works alone, and its keys live in the kernel: they are lost when the adapter is unplugged or the
/// gateway restarts, and then the sensor has to be paired again. Sensors that change their address are known by the
/// address that they use at the time. Two seconds after this process has gone, however it went, the kernel ends its
/// links: nothing is left over for the next one.
public final class ATTLinks: LinkPort {
    /// Called with each event. Never from within `perform`.
    public var onEvent: (LinkEvent) -> Void = { _ in }

    let kernel: any Kernel
    let loop: EventLoop
    let management: ManagementChannel
    var timer: EventLoop.Timer?
    var adapters: [AdapterIndex: ATTAdapter] = [:]
    var heard = HeardSensors()
    var links: [SensorAddress: ATTLink] = [:]
    /// Sensors that were paired with; the kernel holds their keys.
    var bonded: Set<SensorAddress> = []
    private var outbox: [LinkEvent] = []
    private var isUp = false
    private var isStopped = false
    private var reopening: MonotonicTime?

    /// Links of all adapters of the machine.
    public convenience init(loop: EventLoop) { self.init(loop: loop, kernel: BluetoothKernel()) }

    init(loop: EventLoop, kernel: any Kernel) {
        self.loop = loop
        self.kernel = kernel
        management = ManagementChannel(kernel: kernel, loop: loop)
        management.onEvent = { [weak self] adapter, event in self?.handle(event, on: AdapterIndex(adapter)) }
        management.onBroken = { [weak self] reason in self?.goDown(reason) }
    }

    /// Opens the management channel. Without Bluetooth in the kernel it reports `serviceDown` and tries again every few
    /// seconds; throws when this process may not open it.
    public func start() throws {
        timer = try loop.timer { [weak self] in self?.expire() }
        try open()
    }

    /// Ends discovery and all links, and reports nothing more.
    public func stop() {
        isStopped = true
        outbox = []
        trying {
            for (index, adapter) in adapters where adapter.isListening {
                try management.send(.stopDiscovery, to: index.rawValue) { _ in }
            }
            for link in links.values {
                try management.send(.disconnect(link.peer), to: link.adapter.rawValue) { _ in }
                link.close()
            }
            links = [:]
            adapters = [:]
            try timer?.disarm()
            try management.close()
        }
    }

    // MARK: The service

    private func open() throws {
        do {
            try management.open()
        } catch let error as HCIError where error.code == .unsupported {
            reopening = loop.now + VitalsHCILimits.reopenInterval
            emit(.serviceDown(reason: "\(error)"))
            return rearm()
        }
        try management.send(.readVersion) { [weak self] result in self?.opened(result) }
    }

    private func opened(_ result: Result<[UInt8], ManagementFailure>) {
        switch result {
        case .success:
            isUp = true
            emit(.serviceUp)
            trying {
                try management.send(.readIndexList) { [weak self] result in
                    if case .success(let list) = result { self?.addAdapters(list) }
                }
            }
        case .failure(let failure):
            trying { try management.close() }
            goDown(failure.failure(of: .readVersion).message)
        }
    }

    /// The channel is gone: with it all links, adapters and commands.
    private func goDown(_ reason: String) {
        guard !isStopped else { return }
        isUp = false
        let gone = LinkFailure(.serviceGone, "the Bluetooth management channel is gone: \(reason)")
        for link in links.values.sorted(by: { $0.sensor < $1.sensor }) {
            end(link, gone, reason: "bluetooth-service-gone")
        }
        for index in adapters.keys.sorted() { remove(index, gone) }
        heard.removeAll()
        emit(.serviceDown(reason: reason))
        reopening = loop.now + VitalsHCILimits.reopenInterval
        rearm()
    }

    // MARK: Events and time

    /// Reports an event after the current handler.
    func emit(_ event: LinkEvent) {
        guard !isStopped else { return }
        outbox.append(event)
        guard outbox.count == 1 else { return }
        trying { try loop.soon { [weak self] in self?.flush() } }
    }

    private func flush() {
        let events = outbox
        outbox = []
        for event in events where !isStopped { onEvent(event) }
    }

    /// Answers a command.
    func answer(_ command: LinkCommand, _ failure: LinkFailure? = nil) {
        emit(failure.map { .failed(command, $0) } ?? .done(command))
    }

    /// A failure of the loop itself ends the loop, as one in a handler does.
    func trying(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            loop.fail(error)
        }
    }

    /// Has the timer fire when the first deadline comes.
    func rearm() {
        let pauses = adapters.values.compactMap { adapter in
            if case .pausing(let deadline) = adapter.discovery { deadline } else { nil as MonotonicTime? }
        }
        let deadlines = links.values.compactMap(\.deadline) + pauses + [reopening].compactMap { $0 }
        trying {
            if let first = deadlines.min() { try timer?.arm(at: first) } else { try timer?.disarm() }
        }
    }

    private func expire() {
        let now = loop.now
        if let time = reopening, time <= now {
            reopening = nil
            trying { try open() }
        }
        for index in adapters.keys.sorted() { resumeDiscovery(index, at: now) }
        for link in links.values.sorted(by: { $0.sensor < $1.sensor }) { expire(link, at: now) }
        rearm()
    }
}
