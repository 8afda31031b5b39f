import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Which adapters are expected")
struct AdapterRosterTests {
    private let address = SensorAddress(rawValue: 0x00AA_0100_0000)
    private let second = SensorAddress(rawValue: 0x00AA_0100_0001)

    @Test("without a list any will do, and none for ten seconds is a trouble")
    func anyAdapter() {
        var roster = AdapterRoster([])
        roster.serviceCame(at: .at(0))
        #expect(roster.allows(LinkScript.hci1, address))
        #expect(roster.deadline(after: .at(0)) == .at(10))
        #expect(roster.expected(at: .at(9.9)).map(\.isMissing) == [false])
        #expect(roster.expected(at: .at(10)).map(\.isMissing) == [true])
        #expect(roster.expected(at: .at(10)).map(\.name) == ["any adapter"])
        roster.came(LinkScript.hci1, address, at: .at(11))
        #expect(roster.expected(at: .at(99)).map(\.isMissing) == [false])
        roster.went(LinkScript.hci1, at: .at(20))
        #expect(roster.expected(at: .at(30)).map(\.isMissing) == [true])
    }

    @Test("listed ones are known by index or by address, and each may be missing")
    func listed() {
        var roster = AdapterRoster([.index(LinkScript.hci0), .address(second)])
        roster.serviceCame(at: .at(0))
        #expect(roster.allows(LinkScript.hci0, address) && roster.allows(AdapterIndex(7), second))
        #expect(!roster.allows(LinkScript.hci1, address))
        roster.came(LinkScript.hci0, address, at: .at(1))
        let expected = roster.expected(at: .at(20))
        #expect(expected.map(\.name) == ["hci0", "00:AA:01:00:00:01"])
        #expect(expected.map(\.isMissing) == [false, true])
    }

    @Test("nothing is said while the service that would know is gone")
    func withoutService() {
        var roster = AdapterRoster([])
        roster.serviceCame(at: .at(0))
        roster.serviceWent()
        #expect(roster.deadline(after: .at(0)) == nil)
        #expect(roster.expected(at: .at(999)).map(\.isMissing) == [false])
    }
}
