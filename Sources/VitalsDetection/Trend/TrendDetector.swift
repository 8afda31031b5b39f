public import VitalsModel

/// Sees when a quantity does what it has not done in the last hours: a level, a restlessness or a course that is new
/// for this body.
///
/// **Slots.** The readings of each whole slot of data time (10 s by default, aligned to its multiples) come to one
/// sample, their mean; a slot without a valid reading is a missing sample. A slot is judged at the first reading at or
/// after its end. Slots that passed without any reading are told to the score as missing and have no output of their
/// own.
///
/// **Formula.** The samples go to a `TrendScore`, whose greatest comparison s (`unrestedQ20`) is held against the
/// threshold: `steady` below it, `changed` from it on. For `restSlots` after a change with score s₀ another one needs s
/// ≥ s₀ + (1 - s₀)/2, which is about twice the deviation; until then slots above the threshold are `settling`. In the
/// first `warmUpSlots` slots with a sample, an hour by default, what is usual is learned and nothing is decided.
///
/// - Unit and range: hundredths of the quantity's unit, any `Int32`.
/// - Cost: a reading adds to a sum, 2 ns; a slot costs a judgement of `TrendScore`, 0.2 µs with 512 segments.
/// - First judgement: after `warmUpSlots` slots. A change is seen when its slot ends: a step of twice the record within
///   10 s, a stretch within 2 minutes, a course within its length (16 or 48 minutes).
/// - Cannot see: what `TrendScore` cannot; anything shorter than a slot; anything in the first hour. It is the slow
///   companion of `change/1`, which judges the last minute, and no alarm depends on it.
public struct TrendDetector: Sendable {
    /// The detector's name and version.
    public static let identity = TrendScore.identity

    /// How slots are made and judged.
    public let configuration: Configuration

    private var score: TrendScore
    private var slot: TrendSlot?
    /// The score of the last change, and for how many slots it rests yet.
    private var resting: (scoreQ20: Int64, slots: Int) = (0, 0)
    /// Slots with a sample, counted to the end of the warm-up.
    private var learned = 0

    /// A detector without history.
    public init(configuration: Configuration) {
        self.configuration = configuration
        score = TrendScore(configuration: configuration.score)
    }

    /// Takes a reading, and judges the slot that it completes, if any.
    ///
    /// A reading older than the slot under way is left out; if it is older by more slots than may be missing, the clock
    /// is another one and slots begin anew with it.
    public mutating func observe(_ reading: Reading, at time: MonotonicTime) -> Output? {
        let number = time.microseconds.flooredQuotient(by: configuration.slotLength)
        guard var open = slot, number >= open.number - Int64(configuration.score.boundedMissingSamples) else {
            slot = TrendSlot(number: number, reading: reading)
            return nil
        }
        if number <= open.number {
            if number == open.number { open.take(reading) }
            slot = open
            return nil
        }
        let output = judge(open)
        let passed = min(number - open.number - 1, Int64(configuration.score.boundedMissingSamples) + 1)
        for _ in 0..<passed { _ = score.judge(nil) }
        slot = TrendSlot(number: number, reading: reading)
        return output
    }

    private mutating func judge(_ slot: TrendSlot) -> Output {
        let found = score.judge(slot.sampleQ16)
        if found.sample != nil { learned = min(learned + 1, configuration.boundedWarmUpSlots + 1) }
        return Output(
            start: slot.start(length: configuration.slotLength),
            end: slot.start(length: configuration.slotLength, slotsLater: 1), readings: slot.count, score: found,
            thresholdQ20: configuration.thresholdQ20, decision: decide(on: found, absence: slot.absence))
    }

    private mutating func decide(on found: TrendScore.Output, absence: Refusal?) -> Decision {
        let bar = resting.slots > 0 ? resting.scoreQ20 + (1 << 20 - resting.scoreQ20) / 2 : 0
        resting.slots = max(0, resting.slots - 1)
        if found.sample == nil { return .notAssessed(absence ?? .gap) }
        if let refusal = found.refusal { return .notAssessed(refusal) }
        if learned <= configuration.boundedWarmUpSlots { return .notAssessed(.warmingUp) }
        let score = found.unrestedQ20
        guard let part = found.leading, score >= configuration.thresholdQ20 else { return .steady }
        guard score >= bar else { return .settling }
        resting = (score, configuration.boundedRestSlots)
        return .changed(part)
    }
}
