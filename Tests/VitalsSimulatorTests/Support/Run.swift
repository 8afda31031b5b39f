import Foundation
import TOMLKit
import VitalsGATT
import VitalsModel
import VitalsSimulator
import VitalsTestKit

/// A played scenario, sorted for tests.
struct Run {
    var events: [SensorEvent] = []
    var truths: [TruthEvent] = []
    /// A digest of every field of every event, in order.
    var digest: UInt64 { hash.value }
    private var hash = EventHash()

    init(_ scenario: Scenario, seed: UInt64? = nil, beats: Bool = true) throws {
        for output in try Simulator(scenario, seed: seed, includesBeats: beats) {
            switch output {
            case .event(let event):
                hash.add(event)
                events.append(event)
            case .truth(let truth): truths.append(truth)
            }
        }
    }

    /// The packets of a characteristic of a sensor, in order.
    func packets(_ sensor: SensorAddress, _ characteristic: BluetoothUUID) -> [(time: Int64, bytes: [UInt8])] {
        events.compactMap { event in
            guard case .value(sensor, characteristic, let bytes) = event.kind else { return nil }
            return (event.stamp.monotonic.microseconds, bytes)
        }
    }

    /// The whole heart rate measurements of a sensor.
    func heartRates(_ sensor: SensorAddress) -> [(time: Int64, value: HeartRateMeasurement)] {
        packets(sensor, .heartRateMeasurement).compactMap { packet in
            (try? HeartRateMeasurement.decode(packet.bytes)).map { (packet.time, $0.value) }
        }
    }

    /// The whole oximetry measurements of a sensor.
    func oximetry(_ sensor: SensorAddress) -> [(time: Int64, value: PLXContinuousMeasurement)] {
        packets(sensor, .plxContinuousMeasurement).compactMap { packet in
            (try? PLXContinuousMeasurement.decode(packet.bytes)).map { (packet.time, $0.value) }
        }
    }

    /// How many spot checks of a sensor arrived whole.
    func spotCheckCount(_ sensor: SensorAddress) -> Int {
        packets(sensor, .plxSpotCheckMeasurement).filter { (try? PLXSpotCheckMeasurement.decode($0.bytes)) != nil }
            .count
    }

    /// The packets of a sensor that did not arrive.
    func dropped(
        _ sensor: SensorAddress
    ) -> [(time: Int64, characteristic: BluetoothUUID, cause: TruthEvent.DropCause, intervals: Int)] {
        truths.compactMap { truth in
            guard truth.sensor == sensor, case .dropped(let characteristic, let cause, let intervals, _) = truth.kind
            else { return nil }
            return (truth.time.microseconds, characteristic, cause, intervals)
        }
    }

    /// The beats of a sensor's heart.
    func beats(_ sensor: SensorAddress) -> [(time: Int64, kind: BeatKind, rhythm: Rhythm, interval: Int64)] {
        truths.compactMap { truth in
            guard truth.sensor == sensor, case .beat(let kind, let rhythm, let interval) = truth.kind else {
                return nil
            }
            return (truth.time.microseconds, kind, rhythm, interval)
        }
    }

    /// An episode with its begin, its end and what was counted over it.
    struct Episode {
        let sensor: SensorAddress?
        let id: Int
        let kind: EpisodeKind
        let begin: Int64
        let end: Int64
        let tally: SensorTally
        let interval: Int64?
    }

    /// The episodes of a kind that have ended.
    func episodes(_ kind: EpisodeKind? = nil, of sensor: SensorAddress? = nil) -> [Episode] {
        var begins: [String: Int64] = [:]
        var result: [Episode] = []
        for truth in truths where sensor == nil || truth.sensor == sensor {
            switch truth.kind {
            case .episodeBegan(let id, _): begins["\(truth.sensor, default: "-")/\(id)"] = truth.time.microseconds
            case .episodeEnded(let id, let ended, let tally, let interval) where kind == nil || kind == ended:
                result.append(
                    Episode(
                        sensor: truth.sensor, id: id, kind: ended,
                        begin: begins["\(truth.sensor, default: "-")/\(id)"] ?? -1,
                        end: truth.time.microseconds, tally: tally, interval: interval))
            default: break
            }
        }
        return result
    }

    /// The counts over the whole scenario of a sensor.
    func summary(_ sensor: SensorAddress) -> SensorTally? {
        for truth in truths where truth.sensor == sensor {
            if case .summary(let tally) = truth.kind { return tally }
        }
        return nil
    }
}

/// Scenarios of the repository, each decoded and played once for all tests.
enum Fixture {
    static let names = ["quick", "demo-night", "faults", "thirty-two", "thousand-sensors"]

    static func scenario(_ name: String) throws -> Scenario {
        let file = TestData.fixtures.appendingPathComponent("scenarios/\(name).toml")
        return try TOMLDecoder().decode(Scenario.self, from: String(contentsOf: file, encoding: .utf8))
    }

    static let quick = Result { try Run(scenario("quick")) }
    static let faults = Result { try Run(scenario("faults")) }
    static let night = Result { try Run(scenario("demo-night")) }
}

extension SensorAddress {
    /// `C0:00:00:00:00:` and a last octet.
    static func sensor(_ octet: UInt64) -> SensorAddress { SensorAddress(rawValue: 0xC000_0000_0000 + octet) }
}

extension Scenario {
    /// One sensor, ten minutes unless said otherwise, with episodes.
    static func single(
        _ kind: SensorKind, minutes: Int64 = 10, _ episodes: [Episode] = [],
        _ change: (inout SensorSpecification) -> Void = { _ in }
    ) -> Scenario {
        var sensor = SensorSpecification(address: .sensor(1), kind: kind)
        change(&sensor)
        var scenario = Scenario(duration: .minutes(minutes), sensors: [sensor])
        scenario.episodes = episodes
        return scenario
    }
}
