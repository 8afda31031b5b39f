import VitalsCore
import VitalsModel
import VitalsSimulator

/// What simulated sensors send, in order of true time: bodies and devices of the simulator, without its links.
struct ModelSensors {
    /// A value that a sensor sends, whoever listens.
    struct Value {
        let time: Int64
        let sensor: SensorAddress
        let characteristic: BluetoothUUID
        let bytes: [UInt8]
    }

    /// The sensors' addresses.
    let addresses: [SensorAddress]
    /// What each of them offers.
    let tables: [SensorAddress: [RemoteCharacteristic]]
    private var simulator: Simulator
    private var head: Value?

    init(seed: UInt64, count: Int, seconds: Int64) throws {
        var specifications: [SensorSpecification] = []
        var tables: [SensorAddress: [RemoteCharacteristic]] = [:]
        for number in 0..<count {
            let address = SensorAddress(rawValue: 0xC000_0000_0000 + UInt64(number + 1))
            let kind: SensorKind = [.strap, .oximeter, .both, .strap][number % 4]
            specifications.append(SensorSpecification(address: address, kind: kind))
            tables[address] = ModelRadio.table(heartRate: kind != .oximeter, oximetry: kind != .strap)
        }
        addresses = specifications.map(\.address)
        self.tables = tables
        let scenario = Scenario(duration: ScenarioSpan(milliseconds: seconds * 1_000), sensors: specifications)
        simulator = try Simulator(scenario, seed: seed)
        head = advance()
    }

    /// When the next value is sent; nil after the last.
    var nextTime: Int64? { head?.time }

    /// The next value.
    mutating func next() -> Value? {
        defer { head = advance() }
        return head
    }

    private mutating func advance() -> Value? {
        while let event = simulator.nextEvent() {
            guard case .value(let sensor, let characteristic, let bytes) = event.kind else { continue }
            return Value(
                time: event.stamp.monotonic.microseconds, sensor: sensor, characteristic: characteristic, bytes: bytes)
        }
        return nil
    }
}
