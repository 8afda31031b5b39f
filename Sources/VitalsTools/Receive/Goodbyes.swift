import VitalsJSON
import VitalsMQTT

/// Which journals were left by their gateway with a clean goodbye, which names their last sequence. A will says that a
/// gateway is gone, but not with what it left: that is none.
///
/// A broker that sends a message once more may do so after those that followed it, and an old `online` then comes last. So
/// no status takes a goodbye back; a record after the goodbye's last sequence does.
struct Goodbyes {
    private struct Key: Hashable {
        let gateway: String
        let epoch: String
    }

    private var lasts: [Key: UInt64] = [:]
    /// The journals of which their gateway said anything. Of one that nobody spoke of, only records that the broker
    /// retained can come: a status would have come before others.
    private var spoken: Set<Key> = []

    /// Takes a message that the audit took for a gateway's status.
    mutating func take(_ message: MQTTMessage) {
        guard let status = try? JSONParser.parse(message.payload), let gateway = status["gateway"]?.string,
            let epoch = status["epoch"]?.string
        else { return }
        let key = Key(gateway: gateway, epoch: epoch)
        spoken.insert(key)
        guard status["state"]?.string == "offline", let last = status["last"]?.number.flatMap({ UInt64($0.text) })
        else { return }
        lasts[key] = max(last, lasts[key] ?? 0)
    }

    /// Whether every journal of the report, of which there is one, was left and arrived whole. One of which its
    /// gateway, which works on another one, says nothing is not waited for.
    func areComplete(in report: AuditReport) -> Bool {
        guard !report.journals.isEmpty else { return false }
        let known = Set(report.journals.map { Key(gateway: $0.gateway, epoch: $0.epoch) })
        let heard = Set(spoken.map(\.gateway))
        return spoken.isSubset(of: known)
            && report.journals.allSatisfy { journal in
                let key = Key(gateway: journal.gateway, epoch: journal.epoch)
                guard spoken.contains(key) else { return heard.contains(journal.gateway) }
                guard let last = lasts[key] else { return false }
                return journal.last == last && journal.missing.isEmpty
            }
    }
}
