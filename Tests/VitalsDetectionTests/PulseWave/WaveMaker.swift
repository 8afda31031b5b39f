/// A pulse wave of whole numbers with known beats: a rise over a quarter of each beat and a fall over the rest, periods of
/// 22 to 30 thirtieths of a second, noise of ±20 counts and a drift. Tests/Validation/pulse_wave.py makes the same one.
struct WaveMaker {
    /// The counts.
    private(set) var samples: [Int32] = []
    /// Where each beat begins.
    private(set) var beats: [Int] = []

    init(_ count: Int, rate: Int, amplitude: Int = 900) {
        var (state, beat, offset, period) = (1, 0, 0, 0)
        for place in 0..<count {
            if offset >= period {
                offset = 0
                period = (22 + 7 * beat * beat % 9) * rate / 30
                beat += 1
                beats.append(place)
            }
            let quarter = period / 4
            let wave =
                offset < quarter
                ? amplitude * offset / quarter : amplitude * (period - offset) / (period - quarter)
            state = (state * 1_103_515_245 + 12_345) % (1 << 31)
            samples.append(Int32(50_000 + 2 * place + wave + (state >> 16) % 41 - 20))
            offset += 1
        }
    }
}
