import Foundation
import GRDB
import VitalsCore

/// How a row's content is written: sealed, or readable with a tag.
///
/// A record's hash is sealed with its body: with the hash in clear, whoever guesses a body could test the guess.
struct RowSeal {
    /// The number of the data key, and the nonce's counter; nil when the row is not sealed.
    let key: Int64?
    let counter: Int64?
    /// The body or value, or what stands for it; then the hash, empty when it is sealed with the body.
    let content: Data
    let chain: Data
    let tag: Data

    /// A record's row.
    init(_ record: VitalsCore.Record, chain: RecordChain, epoch: String, key: DataKey?) throws {
        guard let key else {
            self.init(
                content: record.body, chain: chain.hash, tag: RowTag.of(record, chain: chain, epoch: epoch))
            return
        }
        let associated = RowTag.associated(record, epoch: epoch, key: UInt64(clamping: key.id))
        self.init(try key.seal(record.body + chain.hash, associated: associated))
    }

    /// An arrival's row.
    init(_ arrival: Arrival, number: Int64, epoch: String, key: DataKey?) throws {
        guard let key else {
            self.init(content: arrival.value, chain: [], tag: RowTag.of(arrival, number: number, epoch: epoch))
            return
        }
        let associated = RowTag.associated(arrival, number: number, epoch: epoch, key: UInt64(clamping: key.id))
        self.init(try key.seal(arrival.value, associated: associated))
    }

    private init(content: [UInt8], chain: [UInt8], tag: [UInt8]) {
        key = nil
        counter = nil
        self.content = content.blob
        self.chain = chain.blob
        self.tag = tag.blob
    }

    private init(_ sealed: Sealed) {
        key = sealed.key
        counter = sealed.counter
        content = sealed.bytes
        chain = Data()
        tag = sealed.tag
    }
}
