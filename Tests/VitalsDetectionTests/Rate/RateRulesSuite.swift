import VitalsDetection
import VitalsModel

/// What a suite of the rate rules feeds them with.
protocol RateRulesSuite {}

extension RateRulesSuite {
    /// Rules after so many seconds of one beat a second; the last notification is at `seconds - 1`.
    func steady(seconds: Int, contact: SensorContact = .detected) -> RateRules {
        var rules = RateRules()
        for second in 0..<seconds { _ = rules.judge(beat(second, [1_024], contact: contact)) }
        return rules
    }

    func beat(_ second: Int, _ intervals: [UInt16], contact: SensorContact = .detected) -> SignalNotification {
        SignalNotification(time: at(second), contact: contact, value: 60_00, rrIntervals: intervals)
    }

    func empty(_ second: Int, contact: SensorContact = .detected, rate: Int32 = 60_00) -> SignalNotification {
        SignalNotification(time: at(second), contact: contact, value: rate)
    }

    /// A rate that falls by 8 bpm a second from second 6 on, to 0.
    func falling(_ second: Int) -> Int32 { Int32(max(0, 60 - 8 * (second - 6))) * 100 }

    func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
