internal import VitalsMQTT

/// What `systemctl status` shows of a gateway, in one line: where the journal stands, what the uplink does, and what is
/// wrong. It holds no value of a patient.
struct StatusLine: CustomStringConvertible {
    /// The last durable record.
    var head: UInt64
    /// What 99 of 100 commits stayed below, in microseconds: a card that wears out shows here first. Nil before a hundred.
    var commitMicroseconds: UInt64?
    /// How the uplink stands; nil when nothing is published.
    var uplink: UplinkSnapshot?
    /// Records that damage took; nil when there was none.
    var lost: UInt64?
    /// What keeps the journal from its work; nil when nothing does.
    var complaint: String?

    var description: String {
        var words = ["record \(head)"]
        if let commitMicroseconds { words.append("99 % of commits within \(max(1, commitMicroseconds / 1_000)) ms") }
        if let uplink { words += Self.words(uplink) }
        if let lost { words.append("journal was damaged: \(lost) records lost") }
        return words.joined(separator: ", ") + (complaint.map { "; degraded: \($0)" } ?? "")
    }

    /// What waits and how fast it may go, what the far side has applied, and which alarms could not wait for the disk.
    private static func words(_ uplink: UplinkSnapshot) -> [String] {
        let isSending = uplink.backlog > 0 && uplink.state == .delivering
        var words = ["backlog \(uplink.backlog)" + (isSending ? " at up to \(uplink.backlogRate)/s" : "")]
        if uplink.replaying > 0 { words.append("sending \(uplink.replaying) again") }
        if uplink.applied > 0 { words.append("applied up to \(uplink.applied)") }
        if uplink.early > 0 { words.append("\(uplink.early) alarm\(uplink.early == 1 ? "" : "s") before the commit") }
        return words
    }
}
