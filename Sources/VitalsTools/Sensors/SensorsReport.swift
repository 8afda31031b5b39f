import VitalsCore
import VitalsModel
public import VitalsStore

/// What `vitalsctl sensors` prints: the state of every sensor's link, as the journal's last run has it.
public struct SensorsReport {
    private var model = SensorsModel()
    private let now: WallTime

    /// Reads the last run of a journal, also while the daemon writes it.
    public init(journal path: String, protection: JournalProtection = JournalProtection()) throws {
        try self.init(journal: path, protection: protection, now: Clock.wall)
    }

    init(journal path: String, protection: JournalProtection = JournalProtection(), now: WallTime) throws {
        self.now = now
        let reader = try JournalReader(path: path, protection: protection)
        let first = try reader.last(.start)?.sequence ?? 1
        let progress = ProgressLine(isBesideOutput: false)
        defer { progress.clear() }
        try reader.walk(after: first - 1) { record in
            model.take(record)
            progress.update { "reading \(path): record \(record.sequence)" }
        }
    }

    /// Writes the table.
    public func write(to output: any ByteOutput) throws {
        var table = TextTable([
            ("Sensor", .left), ("Link", .left), ("Since", .right), ("Last block", .right), ("Links", .right),
            ("RSSI", .right), ("Battery", .right), ("Model", .left), ("Firmware", .left), ("Recovery", .left),
            ("Missing", .left), ("Alarms", .left),
        ])
        for (address, sensor) in model.sensors.sorted(by: { $0.key < $1.key }) {
            let link = sensor.link.map { $0 + (sensor.reason.map { " (\($0))" } ?? "") } ?? "—"
            let recovery = sensor.recoveries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let missing = sensor.absences.sorted { $0.key < $1.key }.map {
                ($0.key.isEmpty ? "" : $0.key + " ") + $0.value
            }
            table.add([
                address.description, link, age(sensor.linkSince), age(sensor.lastValue), "\(sensor.connections)",
                sensor.rssi.map { "\($0) dBm" } ?? "—", sensor.battery.map { "\($0) %" } ?? "—",
                sensor.model?.printable ?? "—", sensor.firmware?.printable ?? "—",
                Self.list(recovery), Self.list(missing), Self.list(sensor.alarms),
            ])
        }
        var footer = model.sensors.count.counted("sensor")
        if let last = model.last { footer += "; last record \(age(last)) ago" }
        if !model.gatewayAlarms.isEmpty { footer += "; gateway: \(model.gatewayAlarms.joined(separator: ", "))" }
        try output.write(table.text + footer + "\n")
    }

    private func age(_ stamp: Stamp?) -> String {
        guard let stamp else { return "—" }
        return MonotonicTime.Span(microseconds: max(0, now.microseconds - stamp.wall.microseconds)).text
    }

    private static func list(_ items: [String]) -> String { items.isEmpty ? "—" : items.joined(separator: ", ") }
}
