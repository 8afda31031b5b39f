import Synchronization
import VitalsDaemon
import VitalsJSON
import VitalsMQTT
import VitalsModel

/// Subscribes to gateways, checks that every record arrives once, and says so.
public final class Reception: Sendable {
    private struct Shared {
        var lines = JSONWriter()
        var goodbyes = Goodbyes()
        var lastMessage: MonotonicTime?
        var notices: [String] = []
        var lastNotice: String?
        var trouble: String?
        var failure: ToolError?
    }

    private let settings: MQTTSettings
    private let gateway: String?
    private let receiptKeyFile: String?
    private let goal: ReceptionGoal
    private let printsMessages: Bool
    private let shared = Mutex(Shared())

    /// A reception.
    public init(_ options: ReceptionOptions) {
        settings = options.settings
        gateway = options.gateway
        receiptKeyFile = options.receiptKeyFile
        goal = options.goal
        printsMessages = options.printsMessages
    }

    /// Receives until the goal is reached or the command is interrupted, and writes what arrived: to `output`, or to
    /// `notes` when that is where messages do not go. True when everything that was to arrive did, once.
    public func run(output: any ByteOutput, notes: any ByteOutput) throws -> Bool {
        let receiver = try Receiver(
            settings: settings, gateway: gateway, receiptKey: try receiptKeyFile.map { try RequestKey(file: $0) },
            deliver: { [self] in deliver($0, $1) },
            notify: { [self] in note($0) })
        try receiver.start()
        let outcome = Result { try wait(for: receiver, output, notes) }
        let report = receiver.stop(deadline: VitalsToolsLimits.disconnectWithin)
        try outcome.get()
        try flush(output, notes)
        let summary = printsMessages ? notes : output
        try summary.write("\(report)\n")
        let shortfalls = goal.shortfalls(report, goodbyes: shared.withLock(\.goodbyes))
        for shortfall in shortfalls { try summary.write(shortfall + "\n") }
        return report.isClean && shortfalls.isEmpty
    }

    private func wait(for receiver: Receiver, _ output: any ByteOutput, _ notes: any ByteOutput) throws {
        let began = Clock.now
        var subscribed: MonotonicTime?
        while !Interruption.isPending {
            try flush(output, notes)
            let (end, trouble, goodbyes, lastMessage) = shared.withLock {
                ($0.failure, $0.trouble, $0.goodbyes, $0.lastMessage)
            }
            if let end { throw end }
            if subscribed == nil && receiver.isSubscribed { subscribed = Clock.now }
            if let since = lastMessage ?? subscribed {
                if goal.isReached(receiver.report, goodbyes: goodbyes, silence: Clock.now - since) { return }
            } else if Clock.now - began >= VitalsToolsLimits.subscribeWithin {
                throw trouble.map { ToolError($0, status: ExitStatus.unavailable) }
                    ?? failure("the broker does not answer", remedy: "check that it runs there, and --tls")
            }
            _ = Clock.sleep(until: Clock.now + VitalsToolsLimits.receivePoll)
        }
    }

    private func flush(_ output: any ByteOutput, _ notes: any ByteOutput) throws {
        let (lines, notices) = shared.withLock { shared in
            defer {
                shared.lines.removeAll()
                shared.notices.removeAll()
            }
            return (shared.lines.bytes, shared.notices)
        }
        for notice in notices { try notes.write("vitalsctl: \(notice)\n") }
        if !lines.isEmpty { try output.write(lines) }
    }

    /// Called on the receiver's thread.
    private func deliver(_ message: MQTTMessage, _ verdict: DeliveryAudit.Verdict) {
        shared.withLock { shared in
            shared.lastMessage = Clock.now
            if verdict == .status { shared.goodbyes.take(message) }
            if printsMessages { shared.lines.line(message, verdict) }
        }
    }

    /// Called on the receiver's thread. What no further try can mend ends the reception.
    private func note(_ notice: UplinkNotice) {
        shared.withLock { shared in
            switch notice {
            case .connectionRefused(let reason) where Self.isFinal(reason):
                shared.failure = failure("\(notice)", remedy: "check --username, --password-file and --client-id")
            case .subscriptionRefused:
                shared.failure = failure("\(notice)", remedy: "let this client read vitals/v1/#, or name a --gateway")
            case .disconnected(let error?) where error.code == .unreadableFile || error.code == .invalidSettings:
                shared.failure = ToolError(error)
            case .disconnected(let error): shared.trouble = error.map { "\($0)" }
            case .connected, .statusRefused, .unsupportedQoS, .recordRefused, .deliveryResumed, .unanswered,
                .journalFailed, .connectionRefused, .publishedEarly, .replayRequested, .replayResumed, .requestRefused,
                .credentialsRenewed, .warning:
                break
            }
            // Each try fails for the same reason as the one before, which need not be said again.
            let text = "\(notice)"
            guard shared.failure == nil, text != shared.lastNotice else { return }
            shared.lastNotice = text
            shared.notices.append(text)
        }
    }

    private func failure(_ fault: String, remedy: String) -> ToolError {
        ToolError("\(settings.host):\(settings.port)", fault, remedy: remedy, status: ExitStatus.unavailable)
    }

    private static func isFinal(_ reason: MQTTReason) -> Bool {
        [.clientIdentifierNotValid, .badUserNameOrPassword, .notAuthorized].contains(reason)
    }
}

extension JSONWriter {
    /// `{"payload":…,"retained":false,"topic":"…","verdict":"first"}`; a payload that is no JSON stands in hexadecimal
    /// digits under `raw`.
    fileprivate mutating func line(_ message: MQTTMessage, _ verdict: DeliveryAudit.Verdict) {
        let payload = try? JSONParser.parse(message.payload)
        object { json in
            if let payload {
                json.name("payload")
                json.value(payload)
            } else {
                json.member("raw", Hex.string(message.payload))
            }
            json.member("retained", message.isRetained)
            json.member("topic", message.topic)
            json.member("verdict", "\(verdict)")
        }
        endLine()
    }
}
