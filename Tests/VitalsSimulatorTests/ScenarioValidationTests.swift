import Testing
import VitalsModel
import VitalsSimulator

@Suite("Checking a scenario")
struct ScenarioValidationTests {
    @Test(
        "a value outside its range is named with its key and the range",
        arguments: [
            Fault("duration: 0s is outside 1s to 744h") { $0.duration = .seconds(0) },
            Fault("duration: 745h is outside 1s to 744h") { $0.duration = .hours(745) },
            Fault("name: the text has 513 bytes; at most 512 are allowed") {
                $0.name = String(repeating: "x", count: 513)
            },
            Fault("start: lies outside the years 1970 to 9999") { $0.start.microseconds = -1 },
            Fault("sensor: is missing; at least one [[sensor]] is expected") { $0.sensors = [] },
            Fault("sensor[0].copies: 0 is outside 1 to 10000") { $0.sensors[0].copies = 0 },
            Fault("sensor[0].heart.heart_rate: 300 is outside 30 to 200 bpm") { $0.sensors[0].heart?.heartRate = 300 },
            Fault("sensor[0].heart.drift_period: 1s is outside 1m to 24h") {
                $0.sensors[0].heart?.driftPeriod = .seconds(1)
            },
            Fault("sensor[1].oximeter.spo2: 101 is outside 50 to 100 %") { $0.sensors[1].oximeter.spO2 = 101 },
            Fault("sensor[1].oximeter.decimals: 2 is outside 0 to 1") { $0.sensors[1].oximeter.decimals = 2 },
            Fault("sensor[1].oximeter.spot_check_every: 5s is outside 10s to 24h") {
                $0.sensors[1].oximeter.spotCheckEvery = .seconds(5)
            },
            Fault("sensor[0].strap.intervals_max: 10 is outside 1 to 9") { $0.sensors[0].strap.intervalsMax = 10 },
            Fault("sensor[0].link.connection_interval: 5 is outside 7.5 to 250 ms") {
                $0.sensors[0].link.connectionInterval = 5
            },
            Fault("sensor[0].device.clock_drift: 2000 is outside -1000 to 1000 parts per million") {
                $0.sensors[0].device.clockDrift = 2_000
            },
            Fault("sensor[1].address: is also an address of sensor[0], copies included") {
                $0.sensors[1].address = .sensor(1)
            },
            Fault("sensor[1].address: is also an address of sensor[0], copies included") { $0.sensors[0].copies = 2 },
            Fault("sensor[0].copies: the addresses pass FF:FF:FF:FF:FF:FF") {
                $0.sensors[0].address = SensorAddress(rawValue: 0xFFFF_FFFF_FFFF)
                $0.sensors[0].copies = 2
            },
            Fault("sensor: 10001 sensors with copies; at most 10000 are allowed") {
                $0.sensors[0].copies = 10_000
                $0.sensors[1].address = .sensor(0x10_0000)
            },
            Fault("sensor[1].heart: the heart of subject \"same\" stands in an earlier sensor") {
                $0.sensors[0].subject = "same"
                $0.sensors[1].subject = "same"
                $0.sensors[1].heart = HeartParameters()
            },
        ])
    func parameters(fault: Fault) {
        expect(fault.message, fault.change)
    }

    @Test(
        "an episode has the parameters of its kind, in range, and no others",
        arguments: [
            (
                Episode(.frozen, at: .seconds(1)),
                "episode[0].duration: is missing; a time in seconds (90, 1.5) or with units "
                    + "(\"40m\", \"1h30m\", \"250ms\") is expected"
            ),
            (
                Episode(.frozen, at: .minutes(10), duration: .seconds(5)),
                "episode[0].at: 10m is outside 0s to 9m59.999s"
            ),
            (
                Episode(.pause, duration: .seconds(5)),
                "episode[0].duration: does not belong to an episode of kind pause"
            ),
            (
                Episode(.clockStep),
                "episode[0].step: is missing; a time in seconds (90, 1.5) or with units "
                    + "(\"40m\", \"1h30m\", \"250ms\") is expected"
            ),
            (
                Episode(.clockStep, sensor: .sensor(1)),
                "episode[0].sensor: clock-step befalls the gateway, not a sensor"
            ),
            (
                Episode(.motion, sensor: .sensor(9), duration: .seconds(5)),
                "episode[0].sensor: C0:00:00:00:00:09 is the address of no [[sensor]]"
            ),
            (
                Episode(.desaturation, sensor: .sensor(1)),
                "episode[0].sensor: C0:00:00:00:00:01 is a strap; desaturation needs an oximeter"
            ),
            (with(Episode(.pause)) { $0.length = .seconds(2) }, "episode[0].length: 2s is outside 3s to 20s"),
            (
                with(Episode(.tachycardia, duration: .seconds(60))) { $0.heartRate = 90 },
                "episode[0].heart_rate: 90 is outside 100 to 210 bpm"
            ),
            (
                with(Episode(.frozen, duration: .seconds(60))) { $0.share = 5 },
                "episode[0].share: does not belong to an episode of kind frozen"
            ),
            (
                with(Episode(.motion, duration: .seconds(60))) { $0.reason = "remote-user" },
                "episode[0].reason: does not belong to an episode of kind motion"
            ),
            (
                with(Episode(.motion, duration: .seconds(60))) { $0.pattern = .bigeminy },
                "episode[0].pattern: does not belong to an episode of kind motion"
            ),
        ])
    func episodes(episode: Episode, message: String) {
        expect(message) { $0.episodes = [episode] }
    }

    @Test("episodes that exclude each other may not overlap, and links need time between losses")
    func overlaps() throws {
        expect("episode[1].at: tachycardia comes too soon after episode[0] (atrial-fibrillation); it may begin at 2m") {
            $0.sensors[1].subject = "C0:00:00:00:00:01"
            $0.episodes = [
                Episode(.atrialFibrillation, at: .minutes(1), duration: .minutes(1)),
                Episode(.tachycardia, sensor: .sensor(2), at: .seconds(119), duration: .minutes(1)),
            ]
        }
        expect("episode[0].at: link-loss comes too soon after episode[1] (link-loss); it may begin at 1m15s") {
            $0.episodes = [
                Episode(.linkLoss, at: .seconds(74), duration: .seconds(10)),
                Episode(.linkLoss, sensor: .sensor(1), at: .seconds(60), duration: .seconds(10)),
            ]
        }
        expect(
            "episode[1].at: unsynchronised-clock comes too soon after episode[0] (unsynchronised-clock); "
                + "it may begin at 1m"
        ) {
            $0.episodes = [
                Episode(.unsynchronisedClock, at: .seconds(0), duration: .minutes(1)),
                Episode(.unsynchronisedClock, at: .seconds(30), duration: .minutes(1)),
            ]
        }
        var apart = Self.scenario
        apart.episodes = [
            Episode(.linkLoss, sensor: .sensor(1), at: .seconds(60), duration: .seconds(10)),
            Episode(.linkLoss, sensor: .sensor(2), at: .seconds(60), duration: .seconds(10)),
            Episode(.motion, at: .seconds(60), duration: .seconds(10)),
        ]
        try apart.validate()
    }

    @Test("a random block has its own rules")
    func random() {
        let template = Episode(.motion, duration: .seconds(5))
        let block = RandomEpisodes(template, every: .seconds(60))
        expect("random[0].every: 0.5s is outside 1s to 744h") {
            $0.random = [with(block) { $0.every = ScenarioSpan(milliseconds: 500) }]
        }
        expect("random[0].every: 1s gives 28800 episodes; at most 1000 are allowed") {
            $0.duration = .hours(8)
            $0.random = [with(block) { $0.every = .seconds(1) }]
        }
        expect("random[0].spread: 95 is outside 0 to 90 %") { $0.random = [with(block) { $0.spread = 95 }] }
        expect("random[0].episode: sensor and at belong to [[random]] itself") {
            $0.random = [with(block) { $0.episode.at = .seconds(1) }]
        }
        expect("random[0].episode.kind: clock-step cannot be random; use [[episode]]") {
            $0.random = [RandomEpisodes(with(Episode(.clockStep)) { $0.step = .seconds(1) }, every: .seconds(60))]
        }
        expect("random[0].episode.strength: 0 is outside 1 to 100 %") {
            $0.random = [with(block) { $0.episode.strength = 0 }]
        }
    }

    private static var scenario: Scenario {
        var strap = SensorSpecification(address: .sensor(1))
        strap.heart = HeartParameters()
        return Scenario(
            duration: .minutes(10), sensors: [strap, SensorSpecification(address: .sensor(2), kind: .oximeter)])
    }

    private func expect(_ message: String, _ change: (inout Scenario) -> Void) {
        var scenario = Self.scenario
        change(&scenario)
        let error = #expect(throws: ScenarioError.self) { try Simulator(scenario) }
        #expect(error?.description == message)
    }
}

/// A change that makes a scenario invalid, and what is said of it.
struct Fault: Sendable, CustomTestStringConvertible {
    let message: String
    let change: @Sendable (inout Scenario) -> Void

    init(_ message: String, _ change: @escaping @Sendable (inout Scenario) -> Void) {
        self.message = message
        self.change = change
    }

    var testDescription: String { message }
}

/// A changed copy.
func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var result = value
    change(&result)
    return result
}
