import CBluetooth
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsHCI

@Suite("The management interface")
struct ManagementPacketTests {
    private let strap = PeerAddress(sensor: SensorAddress(rawValue: 0xC000_0000_0001), kind: .random)

    private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.bytes(hex.filter { $0 != " " })) }

    @Test("commands are the bytes that the interface's description gives")
    func commands() {
        let expected: [(ManagementCommand, String)] = [
            (.readVersion, "0100 ffff 0000"), (.readIndexList, "0300 ffff 0000"),
            (.readControllerInformation, "0400 ffff 0000"), (.setPowered(true), "0500 ffff 0100 01"),
            (.setBondable(false), "0900 ffff 0100 00"), (.setLowEnergy(true), "0d00 ffff 0100 01"),
            (.disconnect(strap), "1400 ffff 0700 0100000000c0 02"),
            (.pairDevice(strap), "1900 ffff 0800 0100000000c0 02 03"),
            (.cancelPairDevice(strap), "1a00 ffff 0700 0100000000c0 02"),
            (.confirm(strap), "1c00 ffff 0700 0100000000c0 02"),
            (.refuseConfirmation(strap), "1d00 ffff 0700 0100000000c0 02"),
            (.refusePasskey(strap), "1f00 ffff 0700 0100000000c0 02"), (.startDiscovery, "2300 ffff 0100 06"),
            (.stopDiscovery, "2400 ffff 0100 06"),
        ]
        for (command, hex) in expected {
            let packet = ManagementPacket(
                code: command.opcode, adapter: ManagementPacket.noAdapter, parameters: command.parameters)
            #expect(Hex.string(packet.bytes) == hex.filter { $0 != " " }, "\(command.name)")
            #expect(ManagementPacket(packet.bytes) == packet)
        }
    }

    @Test("kinds of addresses are those of libbluetooth's header")
    func addressKinds() {
        #expect(PeerAddress.Kind.public.rawValue == UInt8(BDADDR_LE_PUBLIC))
        #expect(PeerAddress.Kind.random.rawValue == UInt8(BDADDR_LE_RANDOM))
        #expect(HCI_DEV_NONE == Int32(ManagementPacket.noAdapter))
    }

    @Test("events are read")
    func events() throws {
        let expected: [(String, ManagementEvent)] = [
            ("0100 0000 0500 0100 00 0114", .commandComplete(opcode: 1, .success, parameters: [1, 0x14])),
            ("0200 0000 0300 2300 0a", .commandStatus(opcode: 0x23, .busy)), ("0300 0000 0100 05", .controllerError(5)),
            ("0400 0100 0000", .indexAdded), ("0500 0100 0000", .indexRemoved),
            ("0600 0000 0400 01020000", .newSettings([.powered, .lowEnergy])),
            ("0b00 0000 0d00 0100000000c0 02 00000000 0000", .deviceConnected(strap)),
            ("0c00 0000 0800 0100000000c0 02 03", .deviceDisconnected(strap, .init(rawValue: 3))),
            ("0f00 0000 0c00 0100000000c0 02 00 40e20100", .confirmationRequest(strap, isConsent: false)),
            ("0f00 0000 0c00 0100000000c0 02 01 00000000", .confirmationRequest(strap, isConsent: true)),
            ("1000 0000 0700 0100000000c0 02", .passkeyRequest(strap)), ("1300 0000 0200 06 01", .discovering(true)),
            ("0b00 0000 0700 0100000000c0 00", .other(0x0B)), ("0b00 0000 0300 010000", .other(0x0B)),
            ("9900 0000 0000", .other(0x99)),
        ]
        for (hex, event) in expected {
            let packet = try #require(try ManagementPacket(bytes(hex)), "\(hex)")
            #expect(ManagementEvent(packet) == event, "\(hex)")
        }
        #expect(ManagementEvent.DisconnectReason(rawValue: 1).name == "connection-timeout")
        #expect(ManagementEvent.DisconnectReason(rawValue: 77).name == "77")
    }

    @Test("a packet whose length does not fit is none", arguments: ["", "0100", "0100 0000 0100", "0100 0000 0000 00"])
    func wrongLength(_ hex: String) throws { #expect(try ManagementPacket(bytes(hex)) == nil) }

    @Test("a found device is read with its name and services")
    func deviceFound() throws {
        let data = "0201 06 05 03 0d18 0f18 08 09 53747261702031"
        let count = try bytes(data).count
        let packet = try #require(
            try ManagementPacket(
                bytes(
                    "1200 0000 \(Hex.string([UInt8(14 + count)]))00 0100000000c0 02 ce 00000000 \(Hex.string([UInt8(count)]))00 \(data)"
                )))
        guard case .deviceFound(let device) = ManagementEvent(packet) else { return #expect(Bool(false), "\(packet)") }
        #expect(device.peer == strap)
        #expect(device.rssi == -50)
        #expect(device.data.name == "Strap 1")
        #expect(device.data.services == [BluetoothUUID(0x180D), BluetoothUUID(0x180F)])
    }

    @Test("advertising data that are cut, empty or odd give what can be read")
    func advertisingData() throws {
        func read(_ hex: String) throws -> AdvertisingData { AdvertisingData(try bytes(hex)[...]) }
        #expect(try read("") == AdvertisingData())
        #expect(try read("05 03 0d18 0f18 00 03 03 2218").services.count == 2)
        #expect(try read("09 03 0d18").services.isEmpty)
        #expect(try read("04 02 0d18 0f").services == [BluetoothUUID(0x180D)])
        #expect(try read("05 05 0d180000").services == [BluetoothUUID(0x180D)])
        #expect(
            try read("11 07 1bc5d5a502005e8b e2115f0de070a946").services.map(\.description)
                == ["46a970e00d5f11e28b5e0002a5d5c51b"])
        #expect(try read("03 08 4131 05 09 41310a00").name == "A1")
        #expect(try read("05 09 41310a00 03 08 4242").name == "A1")
        #expect(try read("03 09 0a0d").name == nil)
        var merged = try read("03 03 0d18")
        merged.merge(try read("03 09 4131 03 03 0d18 "))
        merged.merge(try read("03 03 0f18"))
        #expect(merged.name == "A1" && merged.services.count == 2)
    }

    @Test("a controller's information is read; what is too short is none")
    func controllerInformation() throws {
        let hex = "010000 00aa00 09 3f00 ffbf0000 11020000 000000"
        let information = try #require(try ControllerInformation(bytes(hex)))
        #expect(information.address.description == "00:AA:00:00:00:01")
        #expect(information.current == [.powered, .bondable, .lowEnergy])
        #expect(information.isUsable)
        #expect(ControllerInformation(try Array(bytes(hex).prefix(16))) == nil)
    }

    @Test("no bytes trap")
    func randomBytes() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<20_000 {
            let parameters = random.bytes(random.int(0...40))
            let packet = ManagementPacket(code: UInt16(random.int(0...0x20)), adapter: 0, parameters: parameters)
            _ = ManagementEvent(packet)
            _ = AdvertisingData(parameters[...])
            _ = ControllerInformation(parameters)
            #expect(ManagementPacket(packet.bytes) == packet)
        }
    }

    @Test("every status has the interface's own name, and a failure names the command")
    func failures() {
        #expect(ManagementStatus.notPowered.description == "Not Powered")
        #expect(ManagementStatus(rawValue: 0x99).description == "status 153")
        let failure = ManagementFailure.refused(.blocked).failure(of: .setPowered(true))
        #expect(failure.kind == .notReady && failure.message == "Set Powered: RFKilled")
        #expect(ManagementFailure.refused(.permissionDenied).failure(of: .startDiscovery).kind == .accessDenied)
        #expect(ManagementFailure.deadline.failure(of: .startDiscovery).kind == .deadline)
    }
}
