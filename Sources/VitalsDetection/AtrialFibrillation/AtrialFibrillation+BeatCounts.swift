extension AtrialFibrillation {
    /// What the beats of a window look like, added up.
    public struct BeatCounts: Hashable, Sendable {
        /// Beats that the window holds when full.
        public let beats: Int
        /// Beats that move the median of three intervals by 3.25 % or more.
        public internal(set) var shifted = 0
        /// Beats closer to the third one before than to the last.
        public internal(set) var periodic = 0
        /// Beats that differ more from the last than they and it together differ from the two before.
        public internal(set) var paired = 0
        /// How far the beats' rates are from the nearest of the three before, added up, bpm.
        public internal(set) var distance = 0

        /// A beat leaves and another enters.
        mutating func exchange(_ leaving: BeatTraits, for entering: BeatTraits) {
            shifted += entering.shifted - leaving.shifted
            periodic += entering.periodic - leaving.periodic
            paired += entering.paired - leaving.paired
            distance += entering.distance - leaving.distance
        }

        /// The first veto that applies to the window.
        func veto(_ configuration: Configuration) -> Objection? {
            if periodic * 1_000 > Int(configuration.periodicShareMaximum) * beats { return .periodOfThree }
            if paired * 1_000 > Int(configuration.pairedShareMaximum) * beats { return .pairedBeats }
            return nil
        }

        /// What keeps the window from passing a gate.
        func objection(_ gate: Gate) -> Objection? {
            if distance * 100 < Int(gate.distanceMinimum) * beats { return .nearbyRates }
            if shifted * 1_000 < Int(gate.shiftedShareMinimum) * beats { return .isolatedBeats }
            return nil
        }

        /// Whether the window passes a gate.
        func passes(_ gate: Gate) -> Bool { objection(gate) == nil }
    }
}
