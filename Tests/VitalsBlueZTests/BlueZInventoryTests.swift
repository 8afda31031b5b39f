import Testing
import VitalsBlueZ
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@Suite("What BlueZ knows, for the tools")
struct BlueZInventoryTests {
    @Test("adapters and sensors with their tables, as they are at the moment")
    func inventory() throws {
        let stage = try Stage()
        try stage.link()
        let bus = try BusConnection(address: stage.bus.address, loop: stage.loop)
        let inventory = try BlueZInventory.read(from: bus)
        #expect(inventory.adapters.map(\.index) == [stage.hci0] && inventory.adapters[0].state.isPowered)
        let strap = try #require(inventory.sensors.first)
        #expect(strap.advertisement.sensor == stage.strap && strap.advertisement.isConnected)
        #expect(strap.battery == 87 && strap.table.contains { $0.uuid == .heartRateMeasurement })
    }

    @Test("without bluetoothd, or without the right to ask it, the error says which (lesson 20)")
    func errors() throws {
        let stage = try Stage(sensors: nil)
        let bus = try BusConnection(address: stage.bus.address, loop: stage.loop)
        #expect { try BlueZInventory.read(from: bus) } throws: { error in
            [BusError.serviceUnknown, BusError.nameHasNoOwner].contains((error as? BusError)?.name)
        }
        try stage.startFake([])
        stage.fake?.order(.denyAccess(true))
        #expect { try BlueZInventory.read(from: bus) } throws: { ($0 as? BusError)?.name == BusError.accessDenied }
    }
}
