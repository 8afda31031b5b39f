import VitalsModel

/// Values of characteristics, put together by hand from the tables of the services: independent of the codecs.
enum Packet {
    /// Bits 1 and 2 of the flags of 2A37.
    enum ContactBits: UInt8 { case unsupported = 0b000, notDetected = 0b100, detected = 0b110 }

    /// 2A37: flags, an 8-bit heart rate, energy expended if there is any, RR intervals.
    static func heartRate(
        _ rate: UInt8, contact: ContactBits = .detected, energy: UInt16? = nil, rr: [UInt16] = []
    ) -> [UInt8] {
        let flags = contact.rawValue | (energy == nil ? 0 : 0b1000) | (rr.isEmpty ? 0 : 0b1_0000)
        return [flags, rate] + (energy.map(littleEndian) ?? []) + rr.flatMap(littleEndian)
    }

    /// 2A5F: flags 0, SpO2 and pulse rate as SFLOAT words.
    static func oximetry(_ spO2: UInt16, pulse: UInt16 = 72) -> [UInt8] {
        [0] + littleEndian(spO2) + littleEndian(pulse)
    }

    /// 2A5F with Measurement Status, Device and Sensor Status and Pulse Amplitude Index.
    static func oximetry(
        _ spO2: UInt16, pulse: UInt16 = 72, status: UInt16, device: UInt32, amplitude: UInt16
    ) -> [UInt8] {
        [0b1_1100] + littleEndian(spO2) + littleEndian(pulse) + littleEndian(status)
            + littleEndian(UInt16(truncatingIfNeeded: device)) + [UInt8(truncatingIfNeeded: device >> 16)]
            + littleEndian(amplitude)
    }

    /// 2A5E: flags 0, SpO2 and pulse rate as SFLOAT words.
    static func spotCheck(_ spO2: UInt16, pulse: UInt16 = 72) -> [UInt8] { oximetry(spO2, pulse: pulse) }

    private static func littleEndian(_ word: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8)]
    }
}

extension SensorAddress {
    /// A static random address: the sensor with a small number.
    static func test(_ number: Int) -> SensorAddress { SensorAddress(rawValue: 0xC000_0000_0000 + UInt64(number)) }
}

extension Stamp {
    /// So many milliseconds after the start of the test, on both clocks.
    static func at(_ milliseconds: Int) -> Stamp {
        let microseconds = Int64(milliseconds) * 1_000
        return Stamp(
            monotonic: MonotonicTime(microseconds: microseconds),
            wall: WallTime(microseconds: 1_795_246_200_000_000 + microseconds), isSynchronised: true)
    }
}
