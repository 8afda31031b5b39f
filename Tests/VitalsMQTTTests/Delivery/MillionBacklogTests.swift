import Foundation
import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

/// A gateway that comes back after days, on a simulated clock: its sensors go on while the backlog drains (T20).
@Suite("A long outage is made up for")
struct MillionBacklogTests {
    /// The journal as a formula: each record is an alarm or a block, of so many bytes.
    private static func record(_ sequence: UInt64) -> Record {
        .plain(sequence, sequence % 199 == 0 ? .alarm : .link)
    }

    private static func read(_ lane: DeliveryLane, _ after: UInt64, _ limit: Int, head: UInt64) -> [Record] {
        let step: UInt64 = lane.kind == .alarm ? 199 : 1
        let first = (after / step + 1) * step
        guard first <= head else { return [] }
        return stride(from: first, through: head, by: Int(step)).prefix(limit).map { record($0) }
    }

    /// The round trip to a broker in the same house, in microseconds.
    private static let near: Int64 = 2_000

    /// When things happen, in microseconds.
    private struct Answer { let token: UInt64, due: Int64 }

    /// VITALS_BACKLOG_RECORDS=1000000 is the full form.
    private static let count =
        ProcessInfo.processInfo.environment["VITALS_BACKLOG_RECORDS"].flatMap { UInt64($0) } ?? 20_000

    @Test(
        "a backlog drains at 500 records a second and more; live data wait 5 s at most, alarms 2 s (T20)",
        arguments: [(near, 100), (40_000, 2_000), (300_000, 1_000)] as [(Int64, Int64)])
    func drains(_ broker: (roundTrip: Int64, between: Int64)) throws {
        var window = DeliveryWindow(acknowledged: [])
        var head = Self.count
        window.committed(upTo: head)
        window.connected(receiveMaximum: .max)
        var now: Int64 = 0
        var answers: [Answer] = []
        var nextCommit: Int64 = 250_000
        var committedAt: [UInt64: Int64] = [:]
        var slowestLive: Int64 = 0
        var slowestAlarm: Int64 = 0
        var brokerFreeAt: Int64 = 0
        var publications: UInt64 = 0
        while window.backlog > 0 && now < 86_400_000_000 {
            var wake = nextCommit
            turn: while true {
                switch window.advance(at: MonotonicTime(microseconds: now)) {
                case .publish(let token, _, _):
                    publications += 1
                    // The broker takes one at a time, and its answer needs the way back.
                    brokerFreeAt = max(brokerFreeAt, now) + broker.between
                    answers.append(Answer(token: token, due: brokerFreeAt + broker.roundTrip))
                case .read(let lane, let after, let limit):
                    window.offer(Self.read(lane, after, limit, head: head), to: lane)
                case .dropConnection:
                    Issue.record("dropped")
                    return
                case .wait(let until):
                    if let until { wake = min(wake, until.microseconds) }
                    break turn
                }
            }
            now = max(now, min(wake, answers.first?.due ?? .max))
            while let answer = answers.first, answer.due <= now {
                answers.removeFirst()
                let outcome = window.acknowledged(
                    token: answer.token, reason: 0, at: MonotonicTime(microseconds: now))
                guard case .delivered(let sequence, _) = outcome, let since = committedAt.removeValue(forKey: sequence)
                else { continue }
                if sequence % 199 == 0 {
                    slowestAlarm = max(slowestAlarm, now - since)
                } else {
                    slowestLive = max(slowestLive, now - since)
                }
            }
            if now >= nextCommit {
                nextCommit = now + 250_000
                for _ in 0..<3 {
                    head += 1
                    committedAt[head] = now
                }
                window.committed(upTo: head)
            }
            // What came last is not waited for: the backlog is what was there.
            if window.settled.count(upTo: Self.count) == Self.count { break }
        }
        let seconds = max(0.001, Double(now) / 1_000_000)
        let rate = Double(publications) / seconds
        // The window is what bounds a far broker: 17 of the backlog each round trip.
        let least = min(500, 0.8 * 17 / (Double(broker.roundTrip) / 1_000_000))
        var result = SuiteResult(
            "backlog", tests: ["T20"], seed: "0", isFull: Self.count >= 1_000_000)
        result.count("records of backlog", Self.count)
        result.count("round trip, ms", broker.roundTrip / 1_000)
        result.goal("drained with at least \(Int(least)) records a second", "\(Int(rate))", holds: rate >= least)
        result.goal(
            "live data are late by at most 5 s meanwhile", "\(slowestLive / 1_000) ms", holds: slowestLive <= 5_000_000)
        result.goal(
            "alarms are late by at most 2 s meanwhile", "\(slowestAlarm / 1_000) ms", holds: slowestAlarm <= 2_000_000)
        if broker.roundTrip == Self.near { try result.report() }
        print(
            "backlog of \(Self.count), round trip \(broker.roundTrip / 1_000) ms: \(Int(seconds)) s, \(Int(rate)) records/s,"
                + " live at most \(slowestLive / 1_000) ms, alarms \(slowestAlarm / 1_000) ms,"
                + " at most \(window.settled.ranges.count) ranges at the end")
        #expect(window.settled.count(upTo: Self.count) == Self.count)
        #expect(slowestLive <= 5_000_000 && slowestAlarm <= 2_000_000)
        #expect(rate >= least)
    }
}
