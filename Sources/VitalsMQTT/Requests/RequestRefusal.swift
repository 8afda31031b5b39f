/// Why a request of the far side was not carried out.
public enum RequestRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is not what a request looks like, or is too long.
    case unreadable
    /// Its code is missing or wrong: it does not come from a holder of the key.
    case unsigned
    /// It is for another gateway or another journal.
    case otherJournal
    /// Its time is over.
    case expired
    /// A request with this number or a higher one was heard already.
    case repeated
    /// It came too soon after the one before.
    case tooSoon
    /// It says that records are applied which do not exist.
    case beyondHead
    /// The request key cannot be read.
    case noKey(MQTTError)
    /// The journal could not note it, so it was not carried out.
    case notNoted(String)

    /// Half a sentence.
    public var description: String {
        switch self {
        case .unreadable: "it cannot be read; see docs/uplink.md for its form"
        case .unsigned: "its mac is missing or wrong; do both sides have the same key file?"
        case .otherJournal: "it is for another gateway or epoch"
        case .expired: "it has expired; are both clocks right?"
        case .repeated: "its counter is not above the last one"
        case .tooSoon: "it came too soon after the one before"
        case .beyondHead: "it speaks of records that do not exist"
        case .noKey(let error): "the key cannot be read: \(error)"
        case .notNoted(let text): "the journal could not note it: \(text)"
        }
    }
}
