import VitalsKernels

extension AtrialFibrillationBatch {
    /// The configuration as the batch needs it for every beat: products that the detector forms anew, formed once.
    struct Bounds: Sendable {
        let configuration: AtrialFibrillation.Configuration
        /// Words in the window and in the early tier's, as the detector takes them.
        let words: Int
        let earlyWords: Int
        /// The beats around the middle of the window, by their age.
        let edge: ClosedRange<Int>
        private let entry: Gate
        private let earlyEntry: Gate
        private let stay: Gate
        private let earlyStay: Gate
        /// The greatest numbers of periodic and of paired beats.
        private let periodicMax: Int
        private let pairedMax: Int
        private let exit: Threshold
        private let earlyExit: Threshold

        init(_ configuration: AtrialFibrillation.Configuration) {
            self.configuration = configuration
            let range = VitalsDetectionLimits.entropyWords
            words = min(max(configuration.words, range.lowerBound), range.upperBound)
            earlyWords = max(min(configuration.earlyWords, words), range.lowerBound)
            let delay = (words + 1) / 2
            let half = min(max(configuration.edgeBeats, 1) / 2, words - 1 - delay)
            edge = delay - half...delay + half
            entry = Gate(configuration.entry, words: words)
            earlyEntry = Gate(configuration.entry, words: earlyWords)
            stay = Gate(configuration.stay, words: words)
            earlyStay = Gate(configuration.stay, words: earlyWords)
            periodicMax = Int(configuration.periodicShareMaximum) * words / 1_000
            pairedMax = Int(configuration.pairedShareMaximum) * words / 1_000
            exit = Threshold(configuration.exitThreshold, words: words)
            earlyExit = Threshold(configuration.earlyExitThreshold, words: earlyWords)
        }

        /// A block for sixty-four streams without history.
        func block() -> RhythmBlock {
            // What the c-th word of a kind adds, for c = 0...256; no window holds 256.
            let steps = [0] + CountLogarithm.steps.map { Int32($0) } + [0]
            return RhythmBlock(
                capacity: words, earlyCapacity: earlyWords, edge: edge, steps: steps,
                limits: Threshold(configuration.threshold, words: words).limits,
                earlyLimits: Threshold(configuration.earlyThreshold, words: earlyWords).limits)
        }

        /// Whether the rhythm begins: as `Configuration.judge` decides it, without what is only for show.
        func begins(
            _ sums: borrowing Span<Int32>, _ octets: borrowing Span<UInt8>, _ lane: Int, _ flags: UInt8
        ) -> Bool {
            let (isIrregular, isEarly) = (flags & RhythmFlag.isIrregular != 0, flags & RhythmFlag.isEarly != 0)
            guard isIrregular || isEarly, octets[RhythmFigure.periodic, lane] <= periodicMax,
                octets[RhythmFigure.paired, lane] <= pairedMax
            else { return false }
            return isIrregular && entry.isPassed(sums[RhythmFigure.distance, lane], octets[RhythmFigure.shifted, lane])
                || isEarly
                    && earlyEntry.isPassed(
                        sums[RhythmFigure.earlyDistance, lane], octets[RhythmFigure.earlyShifted, lane])
        }

        /// Whether a rhythm that has begun goes on, likewise.
        func goesOn(_ sums: borrowing Span<Int32>, _ octets: borrowing Span<UInt8>, _ lane: Int) -> Bool {
            exit.isExceeded(octets[RhythmFigure.distinct, lane], sums[RhythmFigure.sum, lane])
                && stay.isPassed(sums[RhythmFigure.distance, lane], octets[RhythmFigure.shifted, lane])
                || earlyExit.isExceeded(octets[RhythmFigure.earlyDistinct, lane], sums[RhythmFigure.earlySum, lane])
                    && earlyStay.isPassed(
                        sums[RhythmFigure.earlyDistance, lane], octets[RhythmFigure.earlyShifted, lane])
        }

        /// `k · (T - S) · 1000 > threshold · N · T`, as `AtrialFibrillation.WordCounts` has it.
        private struct Threshold: Sendable {
            /// T = N · log2 N, in 2^-20.
            private let total: Int64
            private let bound: Int64

            init(_ thousandths: UInt16, words: Int) {
                total = CountLogarithm.table[words]
                bound = Int64(thousandths) * Int64(words) * total
            }

            func isExceeded(_ distinct: Int, _ sum: Int) -> Bool {
                Int64(distinct) * (total - Int64(sum)) * 1_000 > bound
            }

            /// For k = 0...255 the least S that does not exceed it any more: in whole numbers it is exceeded where
            /// `S < T - bound div (1000 · k)`. No sum is below 0, so without words it is not.
            var limits: [Int32] {
                (0...255).map { $0 == 0 ? 0 : Int32(clamping: total - bound / (1_000 * Int64($0))) }
            }
        }

        /// A gate, multiplied out for a length.
        private struct Gate: Sendable {
            /// The least sum of distances, bpm, and the least number of shifted beats.
            private let distance: Int
            private let shifted: Int

            init(_ gate: AtrialFibrillation.Gate, words: Int) {
                distance = (Int(gate.distanceMinimum) * words + 99) / 100
                shifted = (Int(gate.shiftedShareMinimum) * words + 999) / 1_000
            }

            func isPassed(_ distance: Int, _ shifted: Int) -> Bool {
                distance >= self.distance && shifted >= self.shifted
            }
        }
    }
}
