import Testing
import VitalsBlueZ
import VitalsCore
import VitalsSystemd
import VitalsTestKit

@Suite("A link backend keeps its contract")
struct LinkConformanceTests {
    @Test("in memory", arguments: LinkConformance.allCases)
    func inMemory(_ rule: LinkConformance) throws {
        #expect(rule.check(in: SimulatedWorld()) == nil)
    }

    @Test("BlueZ over D-Bus, on the fake of it", arguments: LinkConformance.allCases)
    func bluez(_ rule: LinkConformance) throws {
        let world = try FakeBlueZWorld { address, loop in
            try BlueZLinks(loop: loop, settings: BlueZSettings()) { try BusConnection(address: address, loop: loop) }
        }
        #expect(rule.check(in: world) == nil)
    }
}
