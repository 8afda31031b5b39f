import VitalsMQTT
import VitalsModel

/// What the far side asks of a gateway: requests for records and receipts, signed, then damaged.
struct RequestFuzz: Fuzzer {
    private let messages: [MQTTMessage]

    init(corpus: Corpus) { messages = Self.messages() }

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        for _ in 0..<count {
            var message = random.element(messages)
            if !random.oneIn(16) { random.mutate(&message.payload, interesting: EventLineFuzz.interesting) }
            tally.input(message.payload)
            // A gateway reads either from whatever comes under its topics, and then signs what it read.
            let request = ReplayRequest(message)
            let receipt = AppliedReceipt(message)
            _ = request?.signedText
            _ = receipt?.signedText
            if request == nil, receipt == nil { tally.refused += 1 } else { tally.decoded += 1 }
        }
    }

    private static func messages() -> [MQTTMessage] {
        guard let key = RequestKey(Array("0123456789abcdef0123456789abcdef".utf8)) else { return [] }
        let expires = WallTime(microseconds: 1_795_246_200_000_000)
        func request(_ scope: ReplayRequest.Scope) throws -> MQTTMessage {
            try ReplayRequest(
                gateway: "ward-3", epoch: "00000000000000e1", counter: 1_795_246_200_000_000, expires: expires,
                scope: scope
            ).message(key: key)
        }
        let made = try? [
            request(.records([1...100, 250...300, UInt64.max...UInt64.max])), request(.records([7...7])),
            request(.time(WallTime(microseconds: 0)...expires)),
            AppliedReceipt(gateway: "ward-3", epoch: "00000000000000e1", applied: 1_200).message(key: key),
        ]
        return made ?? []
    }
}
