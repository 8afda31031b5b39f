import VitalsMQTT

/// The branches of recovery that a simulation has to reach; one that is never reached was never tested.
public enum Reach {
    /// Names, beside those of `FaultKind`.
    public static let branches = [
        "acknowledgement-deadline", "arrivals-recovered", "commit-refused", "commit-unpromised",
        "connected-3.1.1", "connected-5", "connection-lost", "connection-refused", "delivered-3.1.1",
        "delivery-resumed", "journal-reopened", "key-changed", "ledger-witnessed", "link-up", "receipt-kept",
        "record-refused", "record-sent-again", "records-dropped", "replay-requested", "replay-resumed",
        "request-refused", "room-made", "second-copy", "start", "start-refused", "start-sealed", "start-signed",
        "start-small",
    ]

    static func branch(of notice: UplinkNotice) -> String? {
        switch notice {
        case .connected(.v5): "connected-5"
        case .connected(.v311): "connected-3.1.1"
        case .connectionRefused: "connection-refused"
        case .disconnected: "connection-lost"
        case .recordRefused: "record-refused"
        case .deliveryResumed: "delivery-resumed"
        case .unanswered: "acknowledgement-deadline"
        case .replayRequested: "replay-requested"
        case .replayResumed: "replay-resumed"
        case .requestRefused: "request-refused"
        default: nil
        }
    }
}
