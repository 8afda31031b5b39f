public import VitalsJSON
import VitalsModel

/// Writes the truth as JSON Lines: a header, then one event a line with sorted members; times in seconds since the start.
/// The format is described in docs/simulator.md.
public enum TruthWriter {
    /// The first line: what was simulated.
    public static func header(of scenario: Scenario, seed: UInt64, into json: inout JSONWriter) {
        write(
            [
                ("format", .text("vitals-truth")), ("version", .integer(1)), ("scenario", .text(scenario.name)),
                ("start", .text(scenario.start.rfc3339)), ("seed", .text(String(seed))),
                ("duration", .decimal(scenario.duration.milliseconds, places: 3)),
            ], into: &json)
    }

    /// The line of one event.
    public static func line(_ event: TruthEvent, into json: inout JSONWriter) {
        var members = members(of: event.kind)
        members.append(("t", .decimal(event.time.microseconds, places: 6)))
        if let sensor = event.sensor { members.append(("sensor", .text(sensor.description))) }
        write(members, into: &json)
    }

    private typealias Member = (name: String, value: Value)

    private enum Value {
        case text(String)
        case integer(Int64)
        case decimal(Int64, places: Int)
        case flag(Bool)
        case counts(SensorTally)
    }

    private static func members(of kind: TruthEvent.Kind) -> [Member] {
        switch kind {
        case .episodeBegan(let id, let kind):
            [("event", .text("episode-begin")), ("id", .integer(Int64(id))), ("kind", .text(kind.rawValue))]
        case .episodeEnded(let id, let kind, let tally, let interval):
            [
                ("event", .text("episode-end")), ("id", .integer(Int64(id))), ("kind", .text(kind.rawValue)),
                ("counts", .counts(tally)),
            ] + (interval.map { [("interval", .integer($0))] } ?? [])
        case .nadir(let id, let spO2):
            [("event", .text("nadir")), ("id", .integer(Int64(id))), ("spo2", .decimal(spO2, places: 2))]
        case .beat(let kind, let rhythm, let interval):
            [
                ("event", .text("beat")), ("beat", .text(kind.rawValue)), ("rhythm", .text(rhythm.rawValue)),
                ("interval", .integer(interval)),
            ]
        case .linkUp: [("event", .text("link-up"))]
        case .linkDown(let reason): [("event", .text("link-down")), ("reason", .text(reason))]
        case .dropped(let characteristic, let cause, let intervals, let bytes):
            [("event", .text("dropped")), ("cause", .text(cause.rawValue))]
                + packet(characteristic, intervals, bytes)
        case .malformed(let characteristic, let intervals, let bytes, let intended):
            [("event", .text("malformed")), ("intended", .text(Hex.string(intended)))]
                + packet(characteristic, intervals, bytes)
        case .clock(let step, let isSynchronised):
            [("event", .text("clock")), ("step", .decimal(step, places: 6)), ("synchronised", .flag(isSynchronised))]
        case .summary(let tally): [("event", .text("summary")), ("counts", .counts(tally))]
        }
    }

    private static func packet(_ characteristic: BluetoothUUID, _ intervals: Int, _ bytes: [UInt8]) -> [Member] {
        [
            ("characteristic", .text(characteristic.description)), ("intervals", .integer(Int64(intervals))),
            ("value", .text(Hex.string(bytes))),
        ]
    }

    private static func write(_ members: [Member], into json: inout JSONWriter) {
        json.object { json in
            for (name, value) in members.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
                json.name(name)
                switch value {
                case .text(let text): json.value(text)
                case .integer(let number): json.value(number)
                case .decimal(let number, let places): json.number(decimalText(number, places: places))
                case .flag(let truth): json.value(truth)
                case .counts(let tally):
                    json.object { json in
                        for (name, path) in SensorTally.members { json.member(name, tally[keyPath: path]) }
                    }
                }
            }
        }
        json.endLine()
    }
}
