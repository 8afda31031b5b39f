import Testing
import VitalsMQTT

@testable import VitalsDaemon

@Suite("The line for the service manager")
struct StatusLineTests {
    @Test("says where the journal and the uplink stand, and nothing that there is not (lesson 46)")
    func lines() {
        #expect(StatusLine(head: 7).description == "record 7")
        #expect(
            StatusLine(head: 7, commitMicroseconds: 12_900).description
                == "record 7, 99 % of commits within 12 ms")
        var uplink = UplinkSnapshot()
        #expect(StatusLine(head: 7, uplink: uplink).description == "record 7, backlog 0")
        uplink.backlog = 40
        uplink.backlogRate = 500
        #expect(StatusLine(head: 47, uplink: uplink).description == "record 47, backlog 40")
        uplink.state = .delivering
        uplink.applied = 6
        uplink.early = 1
        #expect(
            StatusLine(head: 47, uplink: uplink).description
                == "record 47, backlog 40 at up to 500/s, applied up to 6, 1 alarm before the commit")
        uplink.replaying = 3
        uplink.early = 2
        #expect(
            StatusLine(head: 47, uplink: uplink, lost: 9, complaint: "the disk is full").description
                == "record 47, backlog 40 at up to 500/s, sending 3 again, applied up to 6, 2 alarms before the commit, "
                + "journal was damaged: 9 records lost; degraded: the disk is full")
    }
}
