internal import Logging
internal import VitalsMQTT

extension UplinkNotice {
    /// How loudly to tell it: what keeps records from their receiver is a warning.
    var level: Logger.Level {
        switch self {
        case .connected, .deliveryResumed, .disconnected(nil), .replayRequested, .replayResumed,
            .credentialsRenewed:
            .notice
        case .connectionRefused, .disconnected, .statusRefused, .unsupportedQoS, .recordRefused, .unanswered,
            .subscriptionRefused, .publishedEarly, .requestRefused, .journalFailed, .warning:
            .warning
        }
    }
}
