import VitalsCore
import VitalsJSON
import VitalsModel

/// JSON documents.
struct JSONFuzz: Fuzzer {
    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        for _ in 0..<count {
            var document = random.element(Self.documents)
            if !random.oneIn(16) { random.mutate(&document, interesting: EventLineFuzz.interesting) }
            if random.oneIn(256) { document = Self.nested(&random) }
            tally.input(document)
            do {
                _ = try JSONParser.parse(document)
                tally.decoded += 1
            } catch {
                tally.refused += 1
            }
        }
    }

    /// Far deeper than the parser goes: the stack has to hold.
    private static func nested(_ random: inout Generator) -> [UInt8] {
        let opening = random.element(["[", #"{"a":"#, "[{\"b\":"])
        return Array(String(repeating: opening, count: random.below(2_000)).utf8)
    }

    private static let documents = [
        #"{"body":{"samples":[{"contact":"detected","heart-rate":72,"rr":[850,1000]}]},"kind":"samples"}"#,
        #"{"a":[1,-2.5,1e10,0.001,-0],"b":{"c":null,"d":true,"e":false},"f":"\u00e9\ud83d\ude00\n\"\\"}"#,
        #"[[],{},"",0,[[[[[[[[1]]]]]]]]]"#, #""\ud800\udc00""#, "  \t\r\n 12345678901234567890.123456789e-300 ",
    ].map { Array($0.utf8) }
}

/// Encoded sample blocks: those of made samples, damaged, and random bytes behind the right version.
struct SampleBlockFuzz: Fuzzer {
    private var blocks: [[UInt8]] = []

    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        blocks = (0..<16).map { _ in Self.block(&random).encoded() }
        for _ in 0..<count {
            var bytes =
                random.oneIn(8)
                ? [SampleBlock.encodingVersion] + random.bytes(random.below(48)) : random.element(blocks)
            random.mutate(&bytes)
            tally.input(bytes)
            do {
                let block = try SampleBlock(decoding: bytes)
                tally.decoded += 1
                // What was read can be written and read again, for a share of them since it costs more than reading.
                guard random.oneIn(64), block.count > 0 else { continue }
                let again = try SampleBlock(decoding: block.encoded())
                precondition(again == block, "a block reads differently the second time")
            } catch {
                tally.refused += 1
            }
        }
    }

    private static func block(_ random: inout Generator) -> SampleBlock {
        let count = 1 + random.below(20)
        let isOdd = random.oneIn(4)
        func stamp(_ index: Int, _ random: inout Generator) -> Stamp {
            let time =
                isOdd
                ? Int64(bitPattern: random.next()) : Int64(40_000 + index) * 1_000_000 + Int64(random.below(60_000))
            return Stamp(
                monotonic: MonotonicTime(microseconds: time),
                wall: WallTime(microseconds: isOdd ? Int64(bitPattern: random.next()) : 1_795_246_200_000_000 + time),
                isSynchronised: !random.oneIn(9))
        }
        switch random.below(4) {
        case 0:
            return SampleBlock(
                samples: .heartRate(
                    (0..<count).map { index in
                        HeartRateSample(
                            stamp: stamp(index, &random), heartRate: UInt16(60 + random.below(30)), contact: .detected,
                            energyExpended: random.oneIn(5) ? UInt16(random.below(65_536)) : nil,
                            rrIntervals: (0..<random.below(4)).map { _ in UInt16(700 + random.below(400)) },
                            quality: .valid)
                    }))
        case 1:
            return SampleBlock(
                samples: .oximetry(
                    (0..<count).map { index in
                        OximetrySample(
                            stamp: stamp(index, &random),
                            normal: SpO2PulseRate(spO2: UInt16(90 + random.below(10)), pulseRate: 72),
                            measurementStatus: random.oneIn(2) ? UInt16(random.below(65_536)) : nil, quality: .valid)
                    }))
        case 2:
            return SampleBlock(
                samples: .ppg(
                    (0..<count).map { index in
                        let wave = (0..<random.below(9)).map { _ in Int32(400_000 + random.below(4_000)) }
                        return PPGSample(
                            stamp: stamp(index, &random), deviceTime: random.next(), measurement: 1, frameType: 0,
                            channels: PPGSample.Channels(first: wave, second: wave, third: wave, ambient: wave),
                            raw: random.oneIn(4) ? random.bytes(random.below(9)) : [], quality: .valid)
                    }))
        default:
            return SampleBlock(
                samples: .spotCheck(
                    (0..<count).map { index in
                        SpotCheckSample(
                            stamp: stamp(index, &random), value: SpO2PulseRate(spO2: 97, pulseRate: 72),
                            deviceTime: random.oneIn(2) ? Int64(bitPattern: random.next()) : nil, quality: .provisional)
                    }))
        }
    }
}
