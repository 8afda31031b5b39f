import VitalsGATT
import VitalsModel

/// Every characteristic that is read, each with so many inputs: half of them mutated packets, half random bytes.
struct CharacteristicFuzz: Fuzzer {
    private let packets: [[UInt8]]

    init(corpus: Corpus) { packets = corpus.packets }

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        for _ in 0..<count {
            let bytes = input(&random)
            for characteristic in Self.characteristics {
                tally.input(bytes, characteristic.description)
                do {
                    _ = try CharacteristicValue.decode(characteristic, bytes)
                    tally.decoded += 1
                } catch {
                    tally.refused += 1
                }
            }
        }
    }

    private func input(_ random: inout Generator) -> [UInt8] {
        if random.oneIn(2) {
            // Mostly as long as a packet is, at times as long as an attribute may be and longer.
            return random.bytes(random.oneIn(64) ? random.below(600) : random.below(28))
        }
        var bytes = random.element(packets)
        random.mutate(&bytes)
        return bytes
    }

    /// All that `CharacteristicValue` reads, and one that it does not.
    static let characteristics: [BluetoothUUID] = [
        .heartRateMeasurement, .bodySensorLocation, .heartRateControlPoint, .plxSpotCheckMeasurement,
        .plxContinuousMeasurement, .plxFeatures, .recordAccessControlPoint, .batteryLevel, .systemID, .modelNumber,
        .serialNumber, .firmwareRevision, .hardwareRevision, .softwareRevision, .manufacturerName, .pnpID, .currentTime,
        .polarMeasurementData, BluetoothUUID(0x2A6E),
    ]
}

/// Words of the two medical number formats: what they say, scaled to hundredths, and back.
struct FloatTypeFuzz: Fuzzer {
    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        for _ in 0..<count {
            let word = random.next()
            tally.input((0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) })
            let short = SFLOAT(rawValue: UInt16(truncatingIfNeeded: word))
            let long = FLOAT(rawValue: UInt32(truncatingIfNeeded: word >> 32))
            for value in [short.value, long.value] {
                if let number = value.number {
                    _ = number.scaled(to: -2)
                    _ = number.description
                    tally.decoded += 1
                } else {
                    tally.refused += 1
                }
            }
        }
    }
}
