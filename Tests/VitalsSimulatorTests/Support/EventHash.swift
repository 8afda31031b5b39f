import VitalsModel

/// FNV-1a, 64 bits, over events and bytes: written out here, so that its values can stand in tests for every machine.
struct EventHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Adds every field of an event.
    mutating func add(_ event: SensorEvent) {
        add(number: event.stamp.monotonic.microseconds)
        add(number: event.stamp.wall.microseconds)
        add(number: event.stamp.isSynchronised ? 1 : 0)
        switch event.kind {
        case .value(let sensor, let characteristic, let bytes):
            add(number: Int64(sensor.rawValue))
            add(number: Int64(characteristic.short ?? 0))
            add(number: Int64(bytes.count))
            add(bytes)
        case .linkUp(let sensor): add(number: -Int64(sensor.rawValue))
        case .linkDown(let sensor, let reason):
            add(number: -Int64(sensor.rawValue) - 1)
            add((reason ?? "").utf8)
        case .clock(let step, let isSynchronised):
            add(number: step)
            add(number: isSynchronised ? 3 : 2)
        }
    }

    /// Adds bytes.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    private mutating func add(number: Int64) {
        add(stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: number >> Int64($0)) })
    }
}
