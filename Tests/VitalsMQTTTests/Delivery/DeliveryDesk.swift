import VitalsModel

@testable import VitalsCore

/// A delivery window with the journal that it reads, for tests that turn it by hand.
struct DeliveryDesk {
    var window: DeliveryWindow
    var records: [Record] = []

    init(acknowledged: [ClosedRange<UInt64>] = []) { window = DeliveryWindow(acknowledged: acknowledged) }

    /// Online, with so many durable records of one kind.
    init(online count: UInt64, kind: RecordKind = .link, receiveMaximum: UInt16 = .max) {
        self.init()
        commit((0..<count).map { _ in kind })
        window.connected(receiveMaximum: receiveMaximum)
    }

    /// Makes records durable, one of each kind.
    mutating func commit(_ kinds: [RecordKind]) {
        for kind in kinds { records.append(.plain(UInt64(records.count) + 1, kind)) }
        window.committed(upTo: UInt64(records.count))
    }

    /// Advances until it waits; the tokens and sequences handed over, and the wait.
    mutating func run(
        at now: MonotonicTime
    ) -> (handed: [(token: UInt64, sequence: UInt64)], end: DeliveryWindow.Action) {
        var handed: [(UInt64, UInt64)] = []
        while true {
            switch window.advance(at: now) {
            case .publish(let token, let record, _): handed.append((token, record.sequence))
            case .read(let lane, let after, let limit): window.offer(read(lane, after, limit), to: lane)
            case let end: return (handed, end)
            }
        }
    }

    func read(_ lane: DeliveryLane, _ after: UInt64, _ limit: Int) -> [Record] {
        Array(
            records.lazy.filter { $0.sequence > after && (lane.kind == nil || lane.kind == $0.kind) }.prefix(limit))
    }

    /// The broker takes everything that is in flight, until nothing more comes, however long the pace makes it; the
    /// sequences in their order.
    mutating func drain(at start: MonotonicTime) -> [UInt64] {
        var all: [UInt64] = []
        var now = start
        while true {
            let (handed, end) = run(at: now)
            for (token, sequence) in handed {
                _ = window.acknowledged(token: token, reason: 0, at: now)
                all.append(sequence)
            }
            guard handed.isEmpty else { continue }
            guard case .wait(let until?) = end, window.inFlightCount == 0 else { return all }
            now = until
        }
    }
}

extension Record {
    /// A record without content.
    static func plain(_ sequence: UInt64, _ kind: RecordKind, subject: String = "heart-rate-high") -> Record {
        Record(
            sequence: sequence, kind: kind, sensor: SensorAddress(rawValue: 0xC000_0000_0001),
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: Int64(sequence)),
                wall: WallTime(microseconds: Int64(sequence) * 1_000_000), isSynchronised: true),
            subject: kind == .alarm ? subject : "", body: Array("{}".utf8))
    }
}
