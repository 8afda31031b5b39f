import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

@Suite("The uplink and a real broker", .serialized, .enabled(if: MosquittoBroker.isInstalled))
struct UplinkBrokerTests {
    /// What a broker acknowledged and then loses itself, no gateway can make good: one that is ended in order keeps its
    /// sessions with what waits in them.
    private static let durable = [
        "allow_anonymous true", "persistence true", "persistence_location FOLDER/", "autosave_interval 3600",
    ]

    @Test("a quiet day: everything arrives once, the status says online and then offline")
    func quiet() throws {
        let rig = try DeliveryRig(try MosquittoBroker())
        try rig.commit(upTo: 200)
        rig.expectNothingLost(200)
        #expect(rig.uplink.snapshot.version == nil)
        #expect(rig.notices.list == [.connected(.v5)])
    }

    @Test("a broker killed with a full window unanswered, five times: 0 lost, 0 doubled (lesson 32)")
    func killed() throws {
        let broker = try MosquittoBroker()
        let rig = try DeliveryRig(broker)
        for round: UInt64 in 1...5 {
            try rig.commit(upTo: round * 100 - 50)
            let before = round * 100 - 50
            #expect(waitUntil { rig.hasDelivered(before) && rig.receiver.report.journals.first?.records == before })
            // Frozen first: what it takes into its memory and dies with is then what it never acknowledged.
            broker.freeze(true)
            try rig.commit(upTo: round * 100)
            #expect(waitUntil { rig.uplink.snapshot.inFlight >= 19 })
            broker.stop()
            try broker.start()
        }
        rig.expectNothingLost(500)
        #expect(rig.uplink.snapshot.reconnects >= 5)
    }

    @Test("a broker ended in order and started again in mid-stream, five times: 0 lost, 0 doubled")
    func restarted() throws {
        let broker = try MosquittoBroker(lines: Self.durable)
        let rig = try DeliveryRig(broker)
        for round: UInt64 in 1...5 {
            try rig.commit(upTo: round * 80)
            // At another moment of the stream each time.
            #expect(waitUntil { rig.uplink.snapshot.acknowledged >= (round - 1) * 80 + 7 * round })
            broker.terminate()
            try broker.start()
        }
        rig.expectNothingLost(400)
    }

    @Test("a frozen broker is dropped at the acknowledgement deadline, and all is delivered when it thaws (lesson 34)")
    func frozen() throws {
        let broker = try MosquittoBroker()
        let rig = try DeliveryRig(broker)
        try rig.commit(upTo: 30)
        #expect(waitUntil { rig.hasDelivered(30) })
        broker.freeze(true)
        try rig.commit(upTo: 90)
        #expect(waitUntil { rig.notices.contains { $0 == .unanswered(unprovedTopics: 0) } })
        #expect(waitUntil { rig.uplink.snapshot.state == .offline && rig.uplink.snapshot.inFlight == 0 })
        #expect(rig.uplink.snapshot.backlog == 60)
        broker.freeze(false)
        rig.expectNothingLost(90)
    }

    @Test("a broker that is not there yet: connected when it is")
    func late() throws {
        let broker = try MosquittoBroker()
        let rig = try DeliveryRig(broker)
        broker.stop()
        try rig.commit(upTo: 10)
        #expect(
            waitUntil {
                rig.notices.contains {
                    if case .disconnected(let error?) = $0 { error.code == .unreachable } else { false }
                }
            })
        try broker.start()
        rig.expectNothingLost(10)
    }

    @Test("a killed uplink leaves its will, and the next one delivers what it left")
    func killedUplink() throws {
        let rig = try DeliveryRig(try MosquittoBroker())
        try rig.commit(upTo: 50)
        #expect(waitUntil { rig.uplink.snapshot.acknowledged > 10 })
        // The same client identifier takes the session over, as after a restart.
        let other = try TransportDriver(rig.broker, "gateway", will: nil)
        #expect(waitUntil { rig.notices.contains { if case .disconnected(.some) = $0 { true } else { false } } })
        other.transport.disconnect()
        rig.expectNothingLost(50)
    }
}
