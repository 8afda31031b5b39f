import Testing
import VitalsMQTT
import VitalsTestKit

@Suite("A transport keeps its contract")
struct TransportConformanceTests {
    @Test("in memory", arguments: TransportConformance.allCases)
    func inMemory(_ rule: TransportConformance) throws {
        try rule.check(on: InMemoryBroker())
    }

    @Test(
        "with libmosquitto and a mosquitto", .enabled(if: MosquittoBroker.isInstalled),
        arguments: TransportConformance.allCases)
    func mosquitto(_ rule: TransportConformance) throws {
        try rule.check(on: try MosquittoBroker())
    }
}
