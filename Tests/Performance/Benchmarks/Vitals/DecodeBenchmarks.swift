import Benchmark
import VitalsGATT
import VitalsModel

/// One packet into one value.
func decodeBenchmarks() {
    let packets: [(String, BluetoothUUID, [UInt8])] = [
        ("2A37 with one RR interval", .heartRateMeasurement, [0x16, 0x48, 0x52, 0x03]),
        ("2A37 without RR", .heartRateMeasurement, [0x06, 0x48]),
        ("2A5F plain", .plxContinuousMeasurement, [0x00, 0x61, 0x00, 0x48, 0x00]),
        (
            "2A5F with every field", .plxContinuousMeasurement,
            [0x1F, 0x61, 0, 0x48, 0, 0x60, 0, 0x49, 0, 0x62, 0, 0x47, 0, 0x40, 1, 0, 2, 0, 0x5A, 0xE1]
        ),
    ]
    for (name, characteristic, bytes) in packets {
        Benchmark("decode \(name)") { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(try? CharacteristicValue.decode(characteristic, bytes))
            }
        }
    }
}
