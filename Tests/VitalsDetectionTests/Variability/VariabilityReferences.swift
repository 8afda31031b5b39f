import VitalsDetection
import VitalsTestKit

/// Figures that hrv-analysis 1.0.6 and NeuroKit2 0.2.13 give for made series; `Tests/Validation/variability.py` prints
/// them with `--references`.
struct VariabilityReference: Sendable {
    let seed: UInt64
    let count: Int
    /// Mean NN, SDNN, RMSSD, SDSD, pNN50, pNN20, SD1, SD2.
    let hrvAnalysis: [Double]
    let neuroKit: [Double]

    static let all = [
        VariabilityReference(
            seed: 1, count: 400,
            hrvAnalysis: [
                788.63037109375, 72.16912605741753, 35.41237513937088, 35.41207064896624, 15.037593984962406,
                68.17042606516291, 25.07155298810398, 98.93524519880435,
            ],
            neuroKit: [
                788.63037109375, 72.16912605741753, 35.41237513937088, 35.45653026553234, 15.0, 68.0,
                25.071552988103978, 98.84701723628078,
            ]),
        VariabilityReference(
            seed: 2, count: 61,
            hrvAnalysis: [
                808.9459528688525, 85.42476078299616, 33.97656347304456, 33.91753306364023, 15.0, 56.666666666666664,
                24.18571208473421, 118.36313125555009,
            ],
            neuroKit: [
                808.9459528688525, 85.42476078299616, 33.97656347304456, 34.20376204588198, 14.754098360655737,
                55.73770491803278, 24.18571208473421, 118.85527108455355,
            ]),
        VariabilityReference(
            seed: 3, count: 1_500,
            hrvAnalysis: [
                799.646484375, 72.22134467067086, 35.93307606414842, 35.93293600395664, 17.61174116077385,
                68.37891927951968, 25.41690208340945, 98.92333567243905,
            ],
            neuroKit: [
                799.646484375, 72.22134467067086, 35.93307606414842, 35.94492763986662, 17.599999999999998,
                68.33333333333333, 25.416902083409447, 98.9171885376056,
            ]),
    ]

    /// A wandering rhythm in 1/1024 s.
    var series: [UInt16] {
        var random = SplitMix64(seed: seed)
        var level = 820
        return (0..<count).map { _ in
            // The reference rounds the pull towards the middle down.
            level += Int(random.next() % 121) - 60 + ((820 - level) >> 3)
            return UInt16(level)
        }
    }
}

extension IntervalSums {
    /// The sums over a series without a break.
    init(of series: [UInt16], unit: IntervalUnit = .ticks) {
        self.init(unit: unit)
        for interval in series { add(interval) }
    }
}

/// Whether two figures are equal to 1e-9 of their size.
func isEqual(_ figure: Double?, _ reference: Double) -> Bool {
    guard let figure else { return false }
    return abs(figure - reference) <= 1e-9 * max(abs(reference), 1e-3)
}
