import CBluetooth
import Testing

/// The numbers of the host controller interface, as the system's own headers have them: a capture is read by these.
@Suite("Constants against libbluetooth")
struct HostConstantsTests {
    @Test("packet types, events and identifiers are those of the headers")
    func headers() {
        #expect(HCI_COMMAND_PKT == 0x01 && HCI_ACLDATA_PKT == 0x02 && HCI_EVENT_PKT == 0x04)
        #expect(EVT_DISCONN_COMPLETE == 0x05 && EVT_LE_META_EVENT == 0x3E && EVT_LE_CONN_COMPLETE == 0x01)
        #expect(HCI_CHANNEL_RAW == 0 && HCI_CHANNEL_MONITOR == 2 && HCI_CHANNEL_CONTROL == 3)
        #expect(ACL_START_NO_FLUSH == 0 && ACL_CONT == 1 && ACL_START == 2)
    }
}
