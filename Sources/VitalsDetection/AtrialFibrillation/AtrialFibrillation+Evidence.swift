extension AtrialFibrillation {
    /// What a full window came to, before anything is decided.
    public struct Evidence: Hashable, Sendable {
        /// The words of the window.
        public let words: WordCounts
        /// The words of the early tier's window.
        public let earlyWords: WordCounts
        /// What the beats of the window look like.
        public let beats: BeatCounts
        /// What the beats of the early tier's window look like.
        public let earlyBeats: BeatCounts
        /// Irregular beats around the middle of the window.
        public let edgeIrregular: Int
        /// Whether the early tier's entropy exceeded its threshold where the other half of the window ended.
        public let wasEarly: Bool
    }
}

extension AtrialFibrillation.Configuration {
    /// The decisions about the newest beat and about the middle of its window.
    ///
    /// - Parameter wasPresent: the decision about the beat before the newest.
    func judge(_ evidence: AtrialFibrillation.Evidence, wasPresent: Bool) -> AtrialFibrillation.Output {
        let isIrregular = evidence.words.exceeds(thousandths: threshold)
        let isEarly = evidence.earlyWords.exceeds(thousandths: earlyThreshold)
        let veto = evidence.beats.veto(self)
        let begins =
            veto == nil
            && (isIrregular && evidence.beats.passes(entry) || isEarly && evidence.earlyBeats.passes(entry))
        let isPresent = begins || wasPresent && goesOn(evidence)
        // The two halves of the window are the early tier's windows of now and of as many beats ago as fill the rest.
        let isEdge = (isEarly || evidence.wasEarly) && evidence.edgeIrregular >= edgeIrregularMinimum
        let isCentredPresent = veto == nil && evidence.beats.passes(stay) && (isIrregular || isEdge)
        let objection = isIrregular && !isPresent ? veto ?? evidence.beats.objection(entry) : nil
        return AtrialFibrillation.Output(
            decision: isPresent ? .present : .absent, centred: isCentredPresent ? .present : .absent,
            isIrregular: isIrregular, isEarly: isEarly, objection: objection, evidence: evidence, threshold: threshold,
            earlyThreshold: earlyThreshold)
    }

    /// Whether a rhythm that has begun goes on.
    private func goesOn(_ evidence: AtrialFibrillation.Evidence) -> Bool {
        evidence.words.exceeds(thousandths: exitThreshold) && evidence.beats.passes(stay)
            || evidence.earlyWords.exceeds(thousandths: earlyExitThreshold) && evidence.earlyBeats.passes(stay)
    }
}
