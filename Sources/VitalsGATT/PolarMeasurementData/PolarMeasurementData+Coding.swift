public import VitalsModel

extension PolarMeasurementData: CharacteristicEncodable {
    /// Polar Measurement Data.
    public static var characteristic: BluetoothUUID { .polarMeasurementData }

    /// Type, timestamp, frame type, then samples to the end.
    ///
    /// A photoplethysmogram that ends within a sample costs the frame: which of its bytes is missing is not known.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<PolarMeasurementData> {
        var cursor = try ByteCursor(characteristic, bytes)
        let measurement = try cursor.uint8(.measurementType, in: bytes) & typeMask
        let timestamp = try cursor.uint64(.frameTimestamp, in: bytes)
        let frameType = try cursor.uint8(.frameType, in: bytes)
        let content: Content =
            switch (measurement, frameType) {
            case (ppgMeasurement, 0): .ppg(try plainCounts(&cursor, in: bytes))
            case (ppgMeasurement, isCompressed): .ppg(try compressedCounts(&cursor, in: bytes))
            default: .other(try rest(&cursor, in: bytes))
            }
        return Decoded(
            PolarMeasurementData(
                measurement: measurement, timestamp: timestamp, frameType: frameType, content: content))
    }

    /// Appends the frame, of each count the low 24 bits. A compressed one has its differences in blocks of 16 samples,
    /// which need not be those of the sensor.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(measurement)
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: timestamp >> UInt64(8 * place))) }
        bytes.append(frameType)
        switch content {
        case .other(let rest): bytes += rest
        case .ppg(let samples):
            let plain = frameType & Self.isCompressed == 0 ? samples.count : min(1, samples.count)
            for count in samples[..<plain].flatMap(\.counts) {
                bytes.append(littleEndian24: UInt32(bitPattern: count))
            }
            for start in stride(from: plain, to: samples.count, by: DeltaBits.blockSamples) {
                let block = samples[start..<min(start + DeltaBits.blockSamples, samples.count)]
                let deltas = zip(block, samples[(start - 1)...]).flatMap { sample, before in
                    zip(sample.counts, before.counts).map { ($0 &- $1).signExtended24 }
                }
                DeltaBits.append(deltas, samples: block.count, to: &bytes)
            }
        }
    }

    /// The upper two bits of the first byte are not the type's.
    private static let typeMask: UInt8 = 0x3F
    /// Bit 7 of the frame type.
    private static let isCompressed: UInt8 = 0x80
    /// Bytes of one uncompressed sample.
    private static let sampleBytes = 12

    private static func plainCounts(
        _ cursor: inout ByteCursor, in bytes: Span<UInt8>
    ) throws(MalformedValue) -> [PPGCounts] {
        var samples: [PPGCounts] = []
        samples.reserveCapacity(cursor.remaining(in: bytes) / sampleBytes)
        while cursor.remaining(in: bytes) > 0 { samples.append(try counts(&cursor, in: bytes)) }
        return samples
    }

    /// A whole sample, then blocks of differences to the sample before: their width in bits, how many samples they are
    /// for, and the differences, channel by channel, least significant bit first.
    private static func compressedCounts(
        _ cursor: inout ByteCursor, in bytes: Span<UInt8>
    ) throws(MalformedValue) -> [PPGCounts] {
        var samples = [try counts(&cursor, in: bytes)]
        while cursor.remaining(in: bytes) > 0 {
            let width = Int(try cursor.uint8(.deltaWidth, in: bytes))
            try cursor.require(width, atMost: VitalsGATTLimits.deltaWidthMax, .deltaWidth)
            let count = Int(try cursor.uint8(.deltaCount, in: bytes))
            try cursor.require(samples.count + count, atMost: VitalsGATTLimits.ppgSampleCountMax, .deltaCount)
            var bits = DeltaBits(width: width)
            try cursor.require(bytes: bits.bytes(of: 4 * count), .deltas, in: bytes)
            for _ in 0..<count {
                guard let last = samples.last else { break }
                samples.append(
                    PPGCounts(
                        first: try last.first &+ bits.next(&cursor, in: bytes),
                        second: try last.second &+ bits.next(&cursor, in: bytes),
                        third: try last.third &+ bits.next(&cursor, in: bytes),
                        ambient: try last.ambient &+ bits.next(&cursor, in: bytes)
                    ).truncated)
            }
        }
        return samples
    }

    private static func counts(_ cursor: inout ByteCursor, in bytes: Span<UInt8>) throws(MalformedValue) -> PPGCounts {
        try cursor.require(bytes: sampleBytes, .ppgSample, in: bytes)
        return PPGCounts(
            first: try cursor.int24(.ppgSample, in: bytes), second: try cursor.int24(.ppgSample, in: bytes),
            third: try cursor.int24(.ppgSample, in: bytes), ambient: try cursor.int24(.ppgSample, in: bytes))
    }

    private static func rest(_ cursor: inout ByteCursor, in bytes: Span<UInt8>) throws(MalformedValue) -> [UInt8] {
        var data: [UInt8] = []
        data.reserveCapacity(cursor.remaining(in: bytes))
        while cursor.remaining(in: bytes) > 0 { data.append(try cursor.uint8(.value, in: bytes)) }
        return data
    }
}

/// Numbers of so many bits with sign, packed from the least significant bit on; each block of them begins at a byte.
private struct DeltaBits {
    private let width: Int
    private var pool: UInt64 = 0
    private var available = 0

    /// How many samples a block has that is written here.
    static let blockSamples = 16

    /// Appends a block of differences in the least width that holds them all.
    static func append(_ deltas: [Int32], samples: Int, to bytes: inout [UInt8]) {
        let width = deltas.map { $0 == 0 ? 0 : 33 - max($0, ~$0).leadingZeroBitCount }.max() ?? 0
        bytes.append(UInt8(truncatingIfNeeded: width))
        bytes.append(UInt8(truncatingIfNeeded: samples))
        var (pool, available) = (UInt64(0), 0)
        for delta in deltas {
            pool |= (UInt64(UInt32(bitPattern: delta)) & (1 << UInt64(width) - 1)) << UInt64(available)
            available += width
            while available >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: pool))
                pool >>= 8
                available -= 8
            }
        }
        if available > 0 { bytes.append(UInt8(truncatingIfNeeded: pool)) }
    }

    /// Numbers of 0 to 32 bits.
    init(width: Int) { self.width = width }

    /// The bytes that so many numbers fill, the last one in part.
    func bytes(of count: Int) -> Int { (count * width + 7) / 8 }

    mutating func next(_ cursor: inout ByteCursor, in bytes: Span<UInt8>) throws(MalformedValue) -> Int32 {
        guard width > 0 else { return 0 }
        while available < width {
            pool |= UInt64(try cursor.uint8(.deltas, in: bytes)) << UInt64(available)
            available += 8
        }
        let spare = UInt64(64 - width)
        let number = Int64(bitPattern: pool << spare) >> Int64(spare)
        pool >>= UInt64(width)
        available -= width
        return Int32(truncatingIfNeeded: number)
    }
}

extension PPGCounts {
    /// The channels in the order of the frame.
    fileprivate var counts: [Int32] { [first, second, third, ambient] }

    /// What 24 bits hold of it: a sum of differences that runs over does so as the sensor's own counter.
    fileprivate var truncated: PPGCounts {
        PPGCounts(
            first: first.signExtended24, second: second.signExtended24, third: third.signExtended24,
            ambient: ambient.signExtended24)
    }
}

extension Int32 {
    /// The low 24 bits as a number with sign.
    fileprivate var signExtended24: Int32 { (self << 8) >> 8 }
}

extension ByteCursor {
    /// 24 bits with sign.
    fileprivate mutating func int24(_ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) -> Int32 {
        Int32(bitPattern: try uint24(field, in: bytes)).signExtended24
    }
}
