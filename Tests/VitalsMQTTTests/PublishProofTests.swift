import Testing

@testable import VitalsMQTT

@Suite("Proving that a 3.1.1 broker takes what it acknowledges")
struct PublishProofTests {
    private let first = MQTTMessage(topic: "a", payload: [1])
    private let second = MQTTMessage(topic: "a", payload: [2])

    @Test("acknowledgements of a topic count from its first echo on")
    func echo() {
        var proof = PublishProof()
        #expect(proof.willPublish(first, token: 1) == true)
        #expect(proof.willPublish(second, token: 2) == false, "one subscription is enough")
        #expect(proof.acknowledged(token: 1) == false)
        #expect(proof.acknowledged(token: 2) == false)
        #expect(proof.received(second) == nil, "only the first message is the trial")
        #expect(proof.received(first) == [1, 2])
        #expect(proof.pendingCount == 0)
        #expect(proof.willPublish(second, token: 3) == false)
        #expect(proof.acknowledged(token: 3) == true)
    }

    @Test("a second acknowledgement of the same message proves no more than the first")
    func twice() {
        var proof = PublishProof()
        #expect(proof.willPublish(first, token: 1) == true)
        #expect(proof.acknowledged(token: 1) == false)
        #expect(proof.acknowledged(token: 1) == false, "the echo has still not come")
        #expect(proof.received(first) == [1], "and it is told of once")
        #expect(proof.acknowledged(token: 1) == true, "a third one is a stray, which the window passes over")
    }

    @Test("an echo before the acknowledgement proves as well")
    func echoFirst() {
        var proof = PublishProof()
        #expect(proof.willPublish(first, token: 1) == true)
        #expect(proof.received(first) == [])
        #expect(proof.acknowledged(token: 1) == true)
    }

    @Test("the retained state of a topic, and what others publish there, prove nothing")
    func foreign() {
        var proof = PublishProof()
        #expect(proof.willPublish(first, token: 1) == true)
        var old = first
        old.isRetained = true
        #expect(proof.received(old) == nil)
        #expect(proof.received(MQTTMessage(topic: "b", payload: [1])) == nil)
        #expect(proof.acknowledged(token: 1) == false)
        #expect(proof.pendingCount == 1)
    }

    @Test("each topic is proved by itself")
    func topics() {
        var proof = PublishProof()
        #expect(proof.willPublish(first, token: 1) == true)
        #expect(proof.willPublish(MQTTMessage(topic: "b", payload: [1]), token: 2) == true)
        #expect(proof.acknowledged(token: 1) == false)
        #expect(proof.acknowledged(token: 2) == false)
        #expect(proof.received(first) == [1])
        #expect(proof.pendingCount == 1)
    }

    @Test("the topics that are kept are bounded; beyond that they are proved anew")
    func bound() {
        var proof = PublishProof()
        for index in 0...VitalsMQTTLimits.provedTopicsMax {
            let message = MQTTMessage(topic: "\(index)", payload: [])
            #expect(proof.willPublish(message, token: UInt64(index)) == true)
            #expect(proof.received(message) == [])
        }
        #expect(proof.willPublish(MQTTMessage(topic: "0", payload: []), token: 0) == true)
    }
}
