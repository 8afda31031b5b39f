import VitalsBlueZ
import VitalsHCI
import VitalsSystemd
import VitalsTestKit

/// What the suite runs on.
enum Place: String {
    /// The real BlueZ of the bench's virtual machine.
    case bluez
    /// The kernel of the virtual machine, without bluetoothd.
    case att
    /// The fake of org.bluez, on a bus of its own.
    case fake
    /// The twin in memory.
    case simulated

    func world() throws -> any LinkWorld {
        switch self {
        case .bluez: try BenchWorld(abilities: [.drop, .forget, .service]) { try BlueZLinks(loop: $0) }
        case .att: try BenchWorld(abilities: [.drop, .forget]) { ATTLinks(loop: $0) }
        case .fake:
            try FakeBlueZWorld { address, loop in
                try BlueZLinks(loop: loop, settings: BlueZSettings()) {
                    try BusConnection(address: address, loop: loop)
                }
            }
        case .simulated: SimulatedWorld()
        }
    }
}
