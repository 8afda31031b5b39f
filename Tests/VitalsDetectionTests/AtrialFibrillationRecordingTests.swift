import Foundation
import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Atrial fibrillation on recordings")
struct AtrialFibrillationRecordingTests {
    @Test("every decision on all 25 AFDB records equals a float twin's, and the figures reach the published ones")
    func fibrillationDatabase() {
        guard !Recordings.fibrillation.isEmpty else { return }
        #expect(Recordings.fibrillation.count == 25)
        var score = FibrillationScore()
        var disagreements = 0
        for recording in Recordings.fibrillation {
            disagreements += self.score(recording, &score, compareWithTwin: true, hasGaps: false)
        }
        print("AFDB", score.description)
        #expect(disagreements == 0)
        #expect(score.beats == 1_221_559)
        #expect(score.centred.sensitivity >= 97.3 && score.centred.specificity >= 98.4)
        #expect(score.centred.predictivity >= 97.8 && score.centred.accuracy >= 97.9)
        #expect(score.published.sensitivity >= 97.3 && score.published.specificity >= 98.4)
        #expect(score.published.predictivity >= 97.8 && score.published.accuracy >= 97.9)
        #expect(score.episodes.sensitivity(of: 120) >= 99.2)
        #expect(score.episodes.sensitivity(of: 30) >= 90.1)
    }

    @Test("on MITDB sensitivity and specificity are above those of the paper")
    func arrhythmiaDatabase() {
        guard !Recordings.arrhythmia.isEmpty else { return }
        #expect(Recordings.arrhythmia.count == 48)
        var score = FibrillationScore()
        for recording in Recordings.arrhythmia {
            _ = self.score(recording, &score, compareWithTwin: false, hasGaps: false)
        }
        print("MITDB", score.description)
        #expect(score.centred.sensitivity > 97.83 && score.centred.specificity > 87.41)
    }

    @Test("on NSR2DB, which has no fibrillation, nearly every beat is told to be free of it")
    func sinusDatabase() {
        guard !Recordings.sinus.isEmpty else { return }
        #expect(Recordings.sinus.count == 27)
        var score = FibrillationScore()
        for recording in Recordings.sinus {
            _ = self.score(recording, &score, compareWithTwin: false, hasGaps: true)
        }
        print("NSR2DB", score.description)
        #expect(score.centred.specificity >= 99.4)
    }

    /// Plays one recording; returns on how many beats the detector and the twin differ.
    private func score(
        _ recording: Recording, _ score: inout FibrillationScore, compareWithTwin: Bool, hasGaps: Bool
    ) -> Int {
        var detector = AtrialFibrillation()
        var twin = EntropyTwin()
        var disagreements = 0
        var decisions: [Bool?] = []
        var published: [Bool?] = []
        decisions.reserveCapacity(recording.rr.count)
        published.reserveCapacity(recording.rr.count)
        for index in recording.rr.indices {
            let rr = recording.rr[index]
            let time = MonotonicTime(microseconds: recording.times[index])
            if hasGaps, rr >= 3_072 {
                _ = detector.gap(until: time)
                decisions.append(nil)
                published.append(nil)
                continue
            }
            let output = detector.judge(rr: rr, at: time)
            decisions.append(output.refusal == nil ? output.decision == .present : nil)
            published.append(output.refusal == nil ? output.isIrregular : nil)
            guard compareWithTwin, let entropy = twin.entropy(rr) else { continue }
            let isClose = abs(Double(output.entropy) / 1_048_576 - entropy) < 3e-6
            if output.isIrregular != (entropy > 0.639) || !isClose { disagreements += 1 }
        }
        score.add(recording, decisions, published, delay: detector.centredDelay)
        return disagreements
    }
}

/// The paper's formula in double precision over a dense table of all words: as unlike the detector as can be.
private struct EntropyTwin {
    private var counts = [Int](repeating: 0, count: 1 << 18)
    private var words: [Int] = []
    private var oldest = 0
    private var symbols = [-1, -1, -1]
    /// How many words have each count.
    private var histogram = [Int](repeating: 0, count: 129)
    private var largest = 0
    private let terms = (0...128).map { $0 == 0 ? 0 : Double($0) * log2(Double($0)) }

    /// H'' of the window that ends with this interval, nil while it is not full.
    mutating func entropy(_ rr: UInt16) -> Double? {
        symbols[0] = symbols[1]
        symbols[1] = symbols[2]
        symbols[2] = min(63, Int(12 * 1_024 / rr))
        guard symbols[0] >= 0 else { return nil }
        let word = (symbols[0] * 64 + symbols[1]) * 64 + symbols[2]
        if words.count == 127 {
            move(words[oldest], by: -1)
            words[oldest] = word
            oldest = (oldest + 1) % 127
        } else {
            words.append(word)
        }
        move(word, by: 1)
        guard words.count == 127 else { return nil }
        while histogram[largest] == 0 { largest -= 1 }
        var sum = 0.0
        var distinct = 0
        var count = 1
        while count <= largest {
            let occurrences = histogram[count]
            if occurrences > 0 {
                sum += Double(occurrences) * terms[count]
                distinct += occurrences
            }
            count += 1
        }
        let shannon = log2(127.0) - sum / 127
        return Double(distinct) / (127 * log2(127.0)) * shannon
    }

    private mutating func move(_ word: Int, by step: Int) {
        let count = counts[word]
        histogram[count] -= 1
        counts[word] = count + step
        histogram[count + step] += 1
        largest = max(largest, count + step)
    }
}
