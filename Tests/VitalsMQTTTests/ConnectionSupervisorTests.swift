import Testing
import VitalsModel

@testable import VitalsMQTT

@Suite("Connecting again and again")
struct ConnectionSupervisorTests {
    private static func settings(seed: UInt64 = 1) -> MQTTSettings {
        MQTTSettings(host: "broker", clientID: "g", seed: seed)
    }

    private static let first = ConnectionSupervisor.Action.connect(version: .v5, isWillRetained: true)

    /// When the next attempt is due.
    private func due(_ supervisor: inout ConnectionSupervisor, at now: MonotonicTime) throws -> MonotonicTime {
        guard case .wait(let until?) = supervisor.advance(at: now) else {
            throw MQTTError(.system, operation: "test", message: "no delay")
        }
        return until
    }

    @Test("the first attempt is due at once, with MQTT 5 and a retained will")
    func firstAttempt() {
        var supervisor = ConnectionSupervisor(settings: Self.settings(), at: .seconds(3))
        #expect(supervisor.advance(at: .seconds(3)) == Self.first)
        #expect(supervisor.advance(at: .seconds(3)) == .wait(until: .seconds(13)))
    }

    @Test("a broker that does not answer is dropped after ten seconds")
    func silentBroker() {
        var supervisor = ConnectionSupervisor(settings: Self.settings(), at: .seconds(0))
        _ = supervisor.advance(at: .seconds(0))
        #expect(supervisor.advance(at: .seconds(10)) == .drop)
        #expect(supervisor.advance(at: .seconds(10)) == .wait(until: nil))
    }

    @Test("every refusal of every version is survived (lesson 34)", arguments: UInt8(0x80)...0x9F)
    func refusals(_ code: UInt8) throws {
        var supervisor = ConnectionSupervisor(settings: Self.settings(), at: .seconds(0))
        var now = MonotonicTime.seconds(0)
        var attempts = 0
        for _ in 0..<100 {
            switch supervisor.advance(at: now) {
            case .connect:
                attempts += 1
                supervisor.refused(MQTTReason(rawValue: code), at: now)
            case .wait(let until): now = try #require(until)
            case .drop: Issue.record("dropped")
            }
        }
        #expect(attempts >= 50)
    }

    @Test("delays have full jitter under a doubling ceiling of at most 20 s, and never hammer", arguments: [1, 2, 3])
    func jitter(_ seed: UInt64) throws {
        var supervisor = ConnectionSupervisor(settings: Self.settings(seed: seed), at: .seconds(0))
        var now = MonotonicTime.seconds(0)
        var delays: [Int64] = []
        for attempt in 0..<200 {
            _ = supervisor.advance(at: now)
            supervisor.disconnected(at: now)
            let until = try due(&supervisor, at: now)
            let delay = (until - now).microseconds
            let ceiling: Int64 = attempt < 6 ? 500_000 << Int64(attempt) : 20_000_000
            #expect(delay >= 50_000 && delay <= min(ceiling, 20_000_000))
            delays.append(delay)
            now = until
        }
        // Evenly drawn: a fleet comes back spread out, not in step.
        let late = delays.suffix(190)
        #expect(late.count { $0 < 10_000_000 } > 60 && late.count { $0 >= 10_000_000 } > 60)
    }

    @Test("a connection that lasted makes the next delay short, one that broke at once does not")
    func stability() throws {
        for (lasted, isShort) in [(11.0, true), (1.0, false)] {
            var supervisor = ConnectionSupervisor(settings: Self.settings(), at: .seconds(0))
            var now = MonotonicTime.seconds(0)
            for _ in 0..<20 {
                _ = supervisor.advance(at: now)
                supervisor.disconnected(at: now)
                now = try due(&supervisor, at: now)
            }
            var longest: Int64 = 0
            for _ in 0..<30 {
                _ = supervisor.advance(at: now)
                supervisor.connected(at: now)
                now = now + .milliseconds(Int64(lasted * 1_000))
                supervisor.disconnected(at: now)
                let until = try due(&supervisor, at: now)
                longest = max(longest, (until - now).microseconds)
                now = until
            }
            #expect((longest <= 500_000) == isShort)
            #expect(supervisor.reconnects == 29)
        }
    }

    @Test("'unsupported protocol version' falls back to 3.1.1, at once; later MQTT 5 is tried again")
    func fallback() throws {
        var supervisor = ConnectionSupervisor(settings: Self.settings(), at: .seconds(0))
        _ = supervisor.advance(at: .seconds(0))
        supervisor.refused(.unsupportedProtocolVersion, at: .seconds(0))
        #expect(supervisor.advance(at: .seconds(0)) == .connect(version: .v311, isWillRetained: true))
        supervisor.connected(at: .seconds(0))
        supervisor.disconnected(at: .seconds(60))
        let until = try due(&supervisor, at: .seconds(60))
        #expect(supervisor.advance(at: until) == Self.first)
        supervisor.refused(.unsupportedProtocolVersion, at: until)
        _ = supervisor.advance(at: until)
        // A broker that refuses both waits like any other.
        supervisor.refused(.unsupportedProtocolVersion, at: until)
        #expect(try due(&supervisor, at: until) > until)
    }

    @Test("a broker that leaves MQTT 5 unanswered twice is tried with 3.1.1, and the next time after one (T23)")
    func unanswered() throws {
        var supervisor = ConnectionSupervisor(settings: Self.settings(), at: .seconds(0))
        var now = MonotonicTime.seconds(0)
        func attempt() throws -> ConnectionSupervisor.Action {
            now = try due(&supervisor, at: now)
            return supervisor.advance(at: now)
        }
        let older = ConnectionSupervisor.Action.connect(version: .v311, isWillRetained: true)
        #expect(supervisor.advance(at: now) == Self.first)
        supervisor.disconnected(at: now, isUnanswered: true)
        #expect(try attempt() == Self.first)
        supervisor.disconnected(at: now, isUnanswered: true)
        #expect(try attempt() == older)
        supervisor.connected(at: now)
        now = now + .seconds(60)
        supervisor.disconnected(at: now)
        #expect(try attempt() == Self.first)
        supervisor.disconnected(at: now, isUnanswered: true)
        #expect(try attempt() == older)
        // Who answers neither is asked for 5 again.
        supervisor.disconnected(at: now, isUnanswered: true)
        #expect(try attempt() == Self.first)
        // An end of another kind starts the count anew.
        supervisor.disconnected(at: now)
        #expect(try attempt() == Self.first)
    }

    @Test("a broker that has spoken MQTT 5 is not spoken to in 3.1.1 because it is down for a while")
    func knownToSpeak5() throws {
        var supervisor = ConnectionSupervisor(settings: Self.settings(), at: .seconds(0))
        var now = MonotonicTime.seconds(0)
        _ = supervisor.advance(at: now)
        supervisor.connected(at: now)
        supervisor.disconnected(at: now)
        for _ in 0..<VitalsMQTTLimits.unansweredByKnownMax {
            now = try due(&supervisor, at: now)
            #expect(supervisor.advance(at: now) == Self.first)
            supervisor.disconnected(at: now, isUnanswered: true)
        }
        now = try due(&supervisor, at: now)
        #expect(supervisor.advance(at: now) == .connect(version: .v311, isWillRetained: true))
    }

    @Test("a broker that keeps no retained messages gets a plain will, at once")
    func plainWill() {
        var supervisor = ConnectionSupervisor(settings: Self.settings(), at: .seconds(0))
        _ = supervisor.advance(at: .seconds(0))
        supervisor.refused(.retainNotSupported, at: .seconds(0))
        #expect(supervisor.advance(at: .seconds(0)) == .connect(version: .v5, isWillRetained: false))
    }
}
