import Testing
import VitalsDetection
import VitalsModel

@Suite("Episodes of a rhythm")
struct RhythmEpisodeTests {
    @Test("held for 30 s it begins, dated at its onset; a shorter stretch is none")
    func holds() {
        var episode = RhythmEpisode(hold: .seconds(30), merge: .seconds(60))
        #expect(run(&episode, true, 0..<30) == [])
        #expect(run(&episode, false, 30..<40) == [])
        #expect(run(&episode, true, 40..<80) == [.began(onset: at(40), at: at(70))])
    }

    @Test("it ends where a break of 60 s began, and that is said when it is certain")
    func ends() {
        var episode = RhythmEpisode(hold: .seconds(30), merge: .seconds(60))
        _ = run(&episode, true, 0..<100)
        #expect(run(&episode, false, 100..<160) == [])
        #expect(episode.isActive)
        #expect(run(&episode, false, 160..<200) == [.ended(end: at(100), at: at(160))])
        #expect(!episode.isActive)
    }

    @Test("breaks under 60 s merge if the rhythm then holds for 30 s again")
    func merges() {
        var episode = RhythmEpisode(hold: .seconds(30), merge: .seconds(60))
        _ = run(&episode, true, 0..<100)
        #expect(run(&episode, false, 100..<155) + run(&episode, true, 155..<300) == [])
        #expect(episode.state == .active(onset: at(0)))
    }

    @Test("a few beats in the break do not keep an episode alive")
    func flickerDoesNotMerge() {
        var episode = RhythmEpisode(hold: .seconds(30), merge: .seconds(60))
        _ = run(&episode, true, 0..<100)
        #expect(run(&episode, false, 100..<150) + run(&episode, true, 150..<165) == [])
        #expect(run(&episode, false, 165..<170) == [.ended(end: at(100), at: at(165))])
    }

    @Test("a rhythm that comes back after the break is a new episode")
    func returnsLate() {
        var episode = RhythmEpisode(hold: .seconds(30), merge: .seconds(60))
        _ = run(&episode, true, 0..<100)
        #expect(episode.update(false, at: at(100)) == nil)
        #expect(episode.update(true, at: at(160)) == .ended(end: at(100), at: at(160)))
        #expect(episode.update(true, at: at(190)) == .began(onset: at(160), at: at(190)))
    }

    private func run(_ episode: inout RhythmEpisode, _ isPresent: Bool, _ seconds: Range<Int>)
        -> [RhythmEpisode.Transition]
    {
        seconds.compactMap { episode.update(isPresent, at: at($0)) }
    }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
