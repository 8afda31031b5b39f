import VitalsJSON
import VitalsMQTT

/// Which journals were left by their gateway with a clean goodbye, which names their last sequence. A will says that a
/// gateway is gone, but not with what it left: that is none.
struct Goodbyes {
    private struct Key: Hashable {
        let gateway: String
        let epoch: String
    }

    private var lasts: [Key: UInt64] = [:]
    /// On which journal each gateway said last that it works. It works on one: of those before it, records that the
    /// broker retained may still come, a goodbye never does.
    private var current: [String: String] = [:]

    /// Takes a message that the audit took for a gateway's status.
    mutating func take(_ message: MQTTMessage) {
        guard let status = try? JSONParser.parse(message.payload), let gateway = status["gateway"]?.string,
            let epoch = status["epoch"]?.string
        else { return }
        current[gateway] = epoch
        let last = status["last"]?.number.flatMap { UInt64($0.text) }
        lasts[Key(gateway: gateway, epoch: epoch)] = status["state"]?.string == "offline" ? last : nil
    }

    /// Whether every journal of the report, of which there is one, was left and arrived whole. One that its gateway has
    /// left for another one without a goodbye is not waited for.
    func areComplete(in report: AuditReport) -> Bool {
        guard !report.journals.isEmpty else { return false }
        let known = Set(report.journals.map { Key(gateway: $0.gateway, epoch: $0.epoch) })
        return lasts.keys.allSatisfy(known.contains)
            && report.journals.allSatisfy { journal in
                guard let last = lasts[Key(gateway: journal.gateway, epoch: journal.epoch)] else {
                    return current[journal.gateway].map { $0 != journal.epoch } ?? false
                }
                return journal.last >= last && journal.missing.isEmpty
            }
    }
}
