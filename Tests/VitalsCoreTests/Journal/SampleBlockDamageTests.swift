import Testing
import VitalsCore
import VitalsTestKit

@Suite("Bytes that are no sample block")
struct SampleBlockDamageTests {
    @Test("A block cut anywhere is an error, never a shorter block")
    func truncated() {
        var maker = SampleBlockMaker(seed: 11)
        for block in [maker.strap(count: 15), maker.oximeter(count: 15), maker.extreme(.spotCheck, countMax: 9)] {
            let bytes = block.encoded()
            for length in bytes.indices {
                #expect(throws: SampleBlockError.self) { try SampleBlock(decoding: Array(bytes[..<length])) }
            }
        }
    }

    @Test("Anything after the block is an error")
    func trailing() {
        var maker = SampleBlockMaker(seed: 12)
        let bytes = maker.strap(count: 15).encoded()
        for tail in [[0], [0, 0], [0x80], [1]] as [[UInt8]] {
            #expect {
                try SampleBlock(decoding: bytes + tail)
            } throws: {
                ($0 as? SampleBlockError)?.code == .trailingBytes
            }
        }
    }

    @Test("Random bytes, and blocks with flipped bits, end in a block or an error", arguments: UInt64(1)...8)
    func fuzz(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var maker = SampleBlockMaker(seed: seed)
        var decoded = 0
        var refused = 0
        for round in 0..<1_500 {
            var bytes = round % 3 == 0 ? [1] + random.bytes(random.int(0...40)) : maker.oximeter(count: 5).encoded()
            if round % 3 == 1 { bytes = maker.extreme(.heartRate, countMax: 4).encoded() }
            for _ in 0..<random.int(1...3) { bytes[random.int(0...(bytes.count - 1))] ^= 1 << UInt8(random.int(0...7)) }
            do {
                let block = try SampleBlock(decoding: bytes)
                #expect(try SampleBlock(decoding: block.encoded()) == block)
                decoded += 1
            } catch {
                refused += 1
            }
        }
        #expect(decoded > 0)
        #expect(refused > 0)
    }

    @Test("A few bytes cannot claim more samples than the limit")
    func hostileCount() {
        // Version 1, heart rate, then a count of 2^40 - 1 in Elias delta code: 41 is 00000 101001, and 40 zeros follow.
        let bits = "00000001" + "01" + "00000101001" + String(repeating: "0", count: 40) + "000"
        #expect {
            try SampleBlock(decoding: Self.bytes(bits))
        } throws: {
            ($0 as? SampleBlockError)?.code == .tooMany
        }
    }

    @Test("Each error says what is wrong, where, and what to do, without a value")
    func sentences() {
        let sentence = { (bytes: [UInt8]) in
            do {
                _ = try SampleBlock(decoding: bytes)
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(
            sentence([2, 0])
                == "sample block version 2 is not known here: read it with the vitalsd that wrote it, or a newer one")
        #expect(sentence([]) == "the sample block ends at byte 0 (version): it is damaged, check the journal")
        #expect(
            sentence([1, 0]) == "unknown stream at byte 2 (stream): the sample block is damaged, check the journal")
        #expect(
            sentence([1, 0x60, 0])
                == "unexpected bytes after the sample block at byte 1 (end): it is damaged, check the journal")
    }

    private static func bytes(_ bits: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, bit) in bits.utf8.enumerated() {
            if index % 8 == 0 { bytes.append(0) }
            if bit == UInt8(ascii: "1") { bytes[index / 8] |= 0x80 >> UInt8(index % 8) }
        }
        return bytes
    }
}
