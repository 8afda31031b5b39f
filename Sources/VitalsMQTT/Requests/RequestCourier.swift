import VitalsCore
import VitalsJSON
public import VitalsModel

/// Carries one request to a gateway, and waits until the gateway's ledger says that it was heard.
///
/// It blocks the calling thread; for tools.
public struct RequestCourier {
    /// What became of the request.
    public enum Outcome: Hashable, Sendable {
        /// The gateway noted it in its ledger, and carries it out.
        case heard
        /// The broker took it; within the time the gateway said nothing.
        case unanswered
        /// The broker refused it.
        case refused(MQTTReason)
    }

    private let settings: MQTTSettings
    private let topics: Topics
    private let key: RequestKey
    private let transport: any MQTTTransport
    private let wakeup: Wakeup

    /// A courier to one gateway.
    public init(
        settings: MQTTSettings, gateway: String, key: RequestKey, transport: (any MQTTTransport)? = nil
    ) throws(MQTTError) {
        try settings.validate()
        self.settings = settings
        self.key = key
        topics = try Topics(gateway: gateway)
        self.transport = transport ?? MosquittoTransport(settings: settings)
        wakeup = try Wakeup()
    }

    /// Sends the request that `make` builds from the epoch of the gateway's journal, which its status says.
    ///
    /// - Parameters:
    ///   - deadline: From the start until the gateway's answer.
    /// - Throws: When there is no connection, or no status of the gateway.
    public func send(
        within deadline: MonotonicTime.Span, _ make: (_ epoch: String) -> ReplayRequest
    ) throws(MQTTError) -> Outcome {
        let end = BootClock.now() + deadline
        var session = MQTTSession(transport: transport, settings: settings, will: nil, at: BootClock.now())
        defer { transport.disconnect() }
        var trouble: MQTTError?
        var request: ReplayRequest?
        var isTaken = false
        var sendAgainAt = end
        while BootClock.now() < end {
            let next = session.advance(at: BootClock.now())
            transport.wait(
                milliseconds: min(200, BootClock.milliseconds(from: BootClock.now(), until: next ?? end)),
                wakeup: wakeup)
            if let request, session.connection != nil, BootClock.now() >= sendAgainAt {
                // A gateway that was just coming back may not have heard it; a second copy has no effect.
                sendAgainAt = BootClock.now() + VitalsMQTTLimits.requestRetryDelay
                try session.publish(try request.message(key: key), token: 1)
            }
            for event in session.takeEvents(at: BootClock.now()) {
                switch event {
                case .connected:
                    try transport.subscribe(topics.topic(of: .replayRequest))
                    try transport.subscribe(topics.status)
                case .message(let message) where message.topic == topics.status && request == nil:
                    guard let epoch = (try? JSONParser.parse(message.payload))?["epoch"]?.string else { continue }
                    let made = make(epoch)
                    request = made
                    sendAgainAt = BootClock.now()
                case .message(let message):
                    let counter = (try? JSONParser.parse(message.payload))?["ledger"]?["counter"]?.number?.text
                    if let request, counter == String(request.counter) { return .heard }
                case .acknowledged(_, let reason):
                    if reason.rawValue >= 0x80 { return .refused(reason) }
                    isTaken = true
                case .subscribed(_, let reason):
                    if reason.rawValue >= 0x80 { return .refused(reason) }
                case .refused(let reason): return .refused(reason)
                case .disconnected(let error): trouble = error ?? trouble
                case .warning: break
                }
            }
        }
        if isTaken { return .unanswered }
        throw trouble
            ?? MQTTError(
                .notConnected, operation: "ask the gateway \(topics.gateway)",
                message: "the broker has no status of it; check its name, and that it publishes there")
    }
}
