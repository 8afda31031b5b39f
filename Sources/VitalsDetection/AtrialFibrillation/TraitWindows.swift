/// How many beats of each look are in the last N and in the last M beats, and around the middle of the last N.
///
/// One ring of the last beats serves all windows: a beat enters each window and leaves it by its age, in O(1).
struct TraitWindows: Hashable, Sendable {
    /// The whole window.
    private(set) var whole: AtrialFibrillation.BeatCounts
    /// The early tier's.
    private(set) var early: AtrialFibrillation.BeatCounts
    /// Irregular beats among those around the middle of the whole window.
    private(set) var edgeIrregular = 0
    /// How many beats around the middle are looked at, odd.
    let edgeBeats: Int

    private let delay: Int
    /// Beats that never were have no traits and change no sum.
    private var ring = [BeatTraits](repeating: BeatTraits(), count: VitalsDetectionLimits.rhythmBeats)
    private var head = 0
    private static let mask = VitalsDetectionLimits.rhythmBeats - 1

    /// - Parameter delay: how many beats before the newest the middle of the whole window lies.
    init(beats: Int, early: Int, edgeBeats: Int, delay: Int) {
        whole = AtrialFibrillation.BeatCounts(beats: beats)
        self.early = AtrialFibrillation.BeatCounts(beats: early)
        self.delay = delay
        // Around the middle, and within the window.
        self.edgeBeats = 2 * min(max(edgeBeats, 1) / 2, beats - 1 - delay) + 1
    }

    /// The traits of the beat that is so many beats older than the newest.
    func beat(_ age: Int) -> BeatTraits { ring[(head - age) & Self.mask] }

    /// The next beat enters.
    mutating func push(_ traits: BeatTraits) {
        head = (head + 1) & Self.mask
        whole.exchange(beat(whole.beats), for: traits)
        early.exchange(beat(early.beats), for: traits)
        ring[head] = traits
        let half = edgeBeats / 2
        edgeIrregular += beat(delay - half).irregular - beat(delay + half + 1).irregular
    }

    /// Whether the early tier's entropy exceeded its threshold with the newest beat; it is told of that.
    mutating func mark(isEarly: Bool) { ring[head].isEarly = isEarly }

    mutating func reset() {
        self = TraitWindows(beats: whole.beats, early: early.beats, edgeBeats: edgeBeats, delay: delay)
    }
}
