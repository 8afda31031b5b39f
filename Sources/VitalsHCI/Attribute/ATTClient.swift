import VitalsCore
import VitalsModel

/// The gateway's side of one ATT channel: bytes in, bytes and events out. No socket, no clock.
///
/// It agrees on an MTU, reads the table, and then carries out operations one at a time, since requests and responses
/// alternate on a channel (Core 5.4, volume 3, part F, 3.3.2). Indications are confirmed, and the sensor's own requests
/// are answered as a server without attributes does. When the sensor says that its table changed, it is read anew, and
/// what is still there is subscribed to again.
struct ATTClient: Sendable {
    /// What comes out.
    enum Output: Hashable, Sendable {
        /// Send this packet.
        case send([UInt8])
        /// The table is known, or known anew.
        case resolved([RemoteCharacteristic])
        /// A value was sent or read.
        case value(UInt16, [UInt8])
        /// An operation is done.
        case done(ATTOperation)
        /// An operation failed.
        case failed(ATTOperation, LinkFailure)
        /// The characteristic that was subscribed to is there no longer.
        case subscriptionEnded(UInt16)
        /// Nothing more can be done on this channel: close it. Nothing follows.
        case broken(LinkFailure)
    }

    /// What a request is sent for.
    enum Purpose: Hashable, Sendable {
        /// To agree on an MTU.
        case mtu
        /// To read the table.
        case discovery
        /// To be told when the table changes. A sensor that refuses is taken as it is.
        case tableChanges
        /// To subscribe to a characteristic again, after the table changed.
        case resubscription(UInt16)
        /// For an operation of the gateway.
        case operation(ATTOperation)
        /// For an operation that was given up meanwhile: its answer must still be waited for.
        case nothing
    }

    struct Transaction: Sendable {
        let opcode: UInt8
        var purpose: Purpose
        let deadline: MonotonicTime
    }

    struct Queued: Sendable {
        let operation: ATTOperation
        let deadline: MonotonicTime
    }

    /// The MTU in force.
    var mtu = VitalsHCILimits.mtuMin
    /// Packets that broke their format.
    var malformedPackets = 0
    /// The table, once known.
    var table: GATTTable?

    var isBroken = false
    var transaction: Transaction?
    var internalPurposes: [Purpose] = []
    var queue: [Queued] = []
    var current: Queued?
    var partOfValue: [UInt8] = []
    var discovery: GATTDiscovery?
    var mustRediscover = false
    var tableChanges = 0
    /// Handles that values are wanted of, from the moment that they are asked for.
    var subscribed: Set<UInt16> = []

    /// A client on a channel that has just opened.
    init() {}

    /// When `expire` is to be called, at the latest.
    var deadline: MonotonicTime? {
        guard !isBroken else { return nil }
        return (queue.map(\.deadline) + [transaction?.deadline, current?.deadline].compactMap { $0 }).min()
    }

    // MARK: Commands

    /// Begins: the MTU, then the table.
    mutating func start(at now: MonotonicTime, into outputs: inout [Output]) {
        internalPurposes = [.mtu, .discovery]
        advance(at: now, into: &outputs)
    }

    /// Takes an operation; `done` or `failed` follows, by `deadline` at the latest.
    mutating func perform(
        _ operation: ATTOperation, until deadline: MonotonicTime, at now: MonotonicTime, into outputs: inout [Output]
    ) {
        guard !isBroken else {
            return outputs.append(.failed(operation, LinkFailure(.notConnected, "the link has ended")))
        }
        guard queue.count < VitalsHCILimits.operationsMax else {
            return outputs.append(
                .failed(operation, LinkFailure(.inProgress, "too many operations wait for this sensor")))
        }
        queue.append(Queued(operation: operation, deadline: deadline))
        advance(at: now, into: &outputs)
    }

    /// Gives up what took too long.
    mutating func expire(at now: MonotonicTime, into outputs: inout [Output]) {
        guard !isBroken else { return }
        if let transaction, transaction.deadline <= now {
            let request = Hex.string(CollectionOfOne(transaction.opcode))
            let seconds = VitalsHCILimits.transactionTimeout.microseconds / 1_000_000
            let words = "the sensor did not answer the ATT request 0x\(request) within \(seconds) s"
            return breakOff(LinkFailure(.deadline, words), into: &outputs)
        }
        let late = LinkFailure(.deadline, "the sensor took too long")
        if let current, current.deadline <= now {
            self.current = nil
            transaction?.purpose = .nothing
            fail(current.operation, late, into: &outputs)
        }
        for queued in queue where queued.deadline <= now { outputs.append(.failed(queued.operation, late)) }
        queue.removeAll { $0.deadline <= now }
        advance(at: now, into: &outputs)
    }

    /// The channel has ended: everything that is open fails.
    mutating func end(_ failure: LinkFailure, into outputs: inout [Output]) {
        guard !isBroken else { return }
        isBroken = true
        for open in [current].compactMap({ $0 }) + queue { outputs.append(.failed(open.operation, failure)) }
        current = nil
        queue = []
    }

    // MARK: Transactions

    mutating func answer(
        _ packet: ATTPacket, to request: UInt8, at now: MonotonicTime, into outputs: inout [Output]
    ) {
        // An answer that nobody asked for: ignored, as the channel still alternates.
        guard let open = transaction, open.opcode == request else { return }
        transaction = nil
        switch open.purpose {
        case .mtu: agree(packet)
        case .discovery: discover(packet, at: now, into: &outputs)
        case .tableChanges, .nothing: break
        case .resubscription(let handle):
            if packet != .writeResponse {
                subscribed.remove(handle)
                outputs.append(.subscriptionEnded(handle))
            }
        case .operation(let operation): complete(operation, packet, at: now, into: &outputs)
        }
        advance(at: now, into: &outputs)
    }

    /// A request failed without an answer that can be read.
    mutating func settle(_ purpose: Purpose, _ failure: LinkFailure, into outputs: inout [Output]) {
        switch purpose {
        case .mtu, .tableChanges, .nothing: break
        case .discovery: breakOff(failure, into: &outputs)
        case .resubscription(let handle):
            subscribed.remove(handle)
            outputs.append(.subscriptionEnded(handle))
        case .operation(let operation):
            current = nil
            fail(operation, failure, into: &outputs)
        }
    }

    /// 3.4.2.2: the lesser of both offers, but never less than 23. A sensor that refuses keeps to 23.
    mutating func agree(_ packet: ATTPacket) {
        guard case .exchangeMTUResponse(let offer) = packet else { return }
        mtu = max(VitalsHCILimits.mtuMin, min(VitalsHCILimits.mtuMax, Int(offer)))
    }

    mutating func send(
        _ request: ATTPacket, for purpose: Purpose, at now: MonotonicTime, into outputs: inout [Output]
    ) {
        let deadline = now + VitalsHCILimits.transactionTimeout
        transaction = Transaction(opcode: request.opcode, purpose: purpose, deadline: deadline)
        outputs.append(.send(request.bytes))
    }

    /// Sends the next request, if none is under way: what the channel itself needs goes first.
    mutating func advance(at now: MonotonicTime, into outputs: inout [Output]) {
        while transaction == nil, !isBroken {
            if !internalPurposes.isEmpty {
                begin(internalPurposes.removeFirst(), at: now, into: &outputs)
            } else if let next = queue.first {
                queue.removeFirst()
                begin(next, at: now, into: &outputs)
            } else {
                return
            }
        }
    }

    mutating func begin(_ purpose: Purpose, at now: MonotonicTime, into outputs: inout [Output]) {
        switch purpose {
        case .mtu: send(.exchangeMTURequest(UInt16(VitalsHCILimits.mtuMax)), for: purpose, at: now, into: &outputs)
        case .discovery:
            let discovery = self.discovery ?? GATTDiscovery()
            self.discovery = discovery
            if let request = discovery.request { send(request, for: purpose, at: now, into: &outputs) }
        case .tableChanges:
            guard let handle = table?.serviceChanged?.configuration else { return }
            send(.writeRequest(handle, Self.indications), for: purpose, at: now, into: &outputs)
        case .resubscription(let handle):
            guard let characteristic = table?[handle], let configuration = characteristic.configuration else { return }
            send(
                .writeRequest(configuration, Self.subscription(characteristic)), for: purpose, at: now, into: &outputs)
        case .operation, .nothing: break
        }
    }

    mutating func breakOff(_ failure: LinkFailure, into outputs: inout [Output]) {
        end(failure, into: &outputs)
        transaction = nil
        outputs.append(.broken(failure))
    }
}
