import VitalsTestKit

/// The nights that Tests/Validation/desaturation_nights.py makes, draw by draw.
enum CompatibleNight {
    static let seconds = 28_800

    /// Samples in hundredths of a percent, one a second; nil where one is missing.
    static func samples(seed: UInt64) -> [Int32?] {
        var random = SplitMix64(seed: seed)
        func draw(_ count: UInt64) -> Int32 { Int32(random.next() % count) }
        let quantum: Int32 = draw(4) == 0 ? 50 : 100
        let level = 94_00 + draw(5) * 100
        var samples: [Int32?] = []
        while samples.count < seconds {
            switch draw(10) {
            case 0..<5:
                let isNoisy = draw(3) == 0
                for _ in 0..<(10 + draw(170)) {
                    let isOff = isNoisy && draw(4) == 0
                    samples.append(isOff ? level + (draw(3) - 1) * quantum : level)
                }
            case 5..<8:
                let depth = (1 + draw(15)) * 100
                let fall = 2 + draw(40)
                let hold = draw(draw(5) == 0 ? 200 : 40)
                let recovery = 1 + draw(30)
                let rise = draw(3) == 0 ? depth * 2 / 3 : depth
                for step in 1...fall { samples.append(level - depth * step / fall / quantum * quantum) }
                for _ in 0..<hold { samples.append(level - depth + (draw(8) == 0 ? quantum : 0)) }
                for step in 1...recovery { samples.append(level - depth + rise * step / recovery / quantum * quantum) }
            case 8:
                let step = (draw(7) - 3) * 100
                for _ in 0..<(1 + draw(20)) { samples.append(level + step) }
            default:
                let longest: UInt64 = draw(4) == 0 ? 60 : 4
                for _ in 0..<(1 + draw(longest)) { samples.append(nil) }
            }
        }
        return samples.prefix(seconds).map { sample in sample.map { min(max($0, 20_00), 100_00) } }
    }

    /// FNV-1a, 64 bits, over the numbers of begins and ends as four octets each, least first.
    static func fingerprint(_ events: [(begin: Int64, end: Int64)]) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for number in events.flatMap({ [$0.begin, $0.end] }) {
            for shift in stride(from: Int64(0), to: 32, by: 8) {
                value = (value ^ UInt64(number >> shift & 0xFF)) &* 0x0000_0100_0000_01B3
            }
        }
        return value
    }
}
