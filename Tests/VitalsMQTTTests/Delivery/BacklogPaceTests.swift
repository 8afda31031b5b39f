import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("The pace of the backlog")
struct BacklogPaceTests {
    /// Records handed over within so many seconds to a broker that answers after `delay`.
    private static func handed(
        _ pace: inout BacklogPace, from start: MonotonicTime = .seconds(0), seconds: Int64,
        delay: (MonotonicTime) -> MonotonicTime.Span
    ) -> Int {
        var count = 0
        var now = start
        while now < start + .seconds(seconds) {
            while pace.delay(at: now) == nil {
                pace.took(at: now)
                pace.answered(after: delay(now), at: now)
                count += 1
            }
            now = now + .milliseconds(1)
        }
        return count
    }

    @Test("a broker that keeps up gets 500 records in the first second at least, and soon all that is allowed")
    func rises() {
        var pace = BacklogPace()
        #expect(Self.handed(&pace, seconds: 1) { _ in .milliseconds(2) } >= 500)
        #expect(pace.rate == UplinkLimits.backlogRateMax)
    }

    @Test("the bound of the settings is kept", arguments: [50, 100, 1_000] as [Int64])
    func bound(_ highest: Int64) {
        var pace = BacklogPace(highest: highest)
        let count = Self.handed(&pace, seconds: 20) { _ in .milliseconds(2) }
        // Beside it only what may gather in one burst.
        #expect((highest * 18...highest * 20 + highest / 50 + 1).contains(Int64(count)))
    }

    @Test("answers that become slow make it slower, down to a least, and quick ones faster again")
    func yields() {
        var pace = BacklogPace()
        _ = Self.handed(&pace, seconds: 2) { _ in .milliseconds(2) }
        _ = Self.handed(&pace, from: .seconds(2), seconds: 20) { _ in .milliseconds(400) }
        #expect(pace.rate == UplinkLimits.backlogRateMin)
        _ = Self.handed(&pace, from: .seconds(22), seconds: 30) { _ in .milliseconds(2) }
        #expect(pace.rate > 5_000)
    }

    @Test("a far broker is not a slow one")
    func far() {
        var pace = BacklogPace()
        _ = Self.handed(&pace, seconds: 3) { _ in .milliseconds(300) }
        #expect(pace.rate == UplinkLimits.backlogRateMax)
    }

    @Test("a refusal halves it, and a pause gives no more than one burst")
    func refusal() {
        var pace = BacklogPace(highest: 1_000)
        pace.refused()
        #expect(pace.rate == 250)
        pace.took(at: .seconds(0))
        var burst = 0
        while pace.delay(at: .seconds(100)) == nil {
            pace.took(at: .seconds(100))
            burst += 1
        }
        #expect(burst == 6, "twenty milliseconds at 250 a second, and one")
    }
}
