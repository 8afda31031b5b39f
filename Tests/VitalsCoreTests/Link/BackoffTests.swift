import Testing
import VitalsModel

@testable import VitalsCore

@Suite("The delay between two tries")
struct BackoffTests {
    @Test("doubles from 1 s to its limit, each time shortened by less than a quarter")
    func doubling() {
        var backoff = Backoff()
        var jitter = LinkJitter(seed: 7)
        for nominal: Int64 in [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60, 60, 60] {
            let delay = backoff.next(&jitter)
            #expect(delay <= .seconds(nominal) && delay.microseconds > nominal * 750_000, "\(nominal) s")
        }
        backoff.reset()
        #expect(backoff.next(&jitter) <= .seconds(1))
    }

    @Test("is the same for the same seed, and another one for another seed")
    func determinism() {
        let delays = { (seed: UInt64) in
            var (backoff, jitter) = (Backoff(), LinkJitter(seed: seed))
            return (0..<8).map { _ in backoff.next(&jitter) }
        }
        #expect(delays(1) == delays(1))
        #expect(delays(1) != delays(2))
    }

    @Test("a span that is too short to be shortened stays")
    func shortSpans() {
        var jitter = LinkJitter(seed: 1)
        for microseconds: Int64 in [-5, 0, 1, 3] {
            let span = MonotonicTime.Span(microseconds: microseconds)
            #expect(jitter.shorten(span) == span)
        }
    }
}
