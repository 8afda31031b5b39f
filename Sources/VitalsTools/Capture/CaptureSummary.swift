import VitalsCapture
import VitalsFiles
import VitalsGATT
import VitalsModel

/// What a capture holds, for people: its format, its time, its sensors with what they sent, and what could not be used.
public struct CaptureSummary {
    private struct Sensor {
        var values: [BluetoothUUID: Int] = [:]
        var ups = 0
        var downs: [String: Int] = [:]
    }

    private var sensors: [SensorAddress: Sensor] = [:]
    private var clockEvents = 0
    private var first: Stamp?
    private var last: Stamp?

    private init() {}

    /// Reads a capture and writes what it holds. A damaged one is described up to its damage, and the error comes then.
    public static func describe(_ path: String, to output: any ByteOutput, progress: ProgressLine? = nil) throws {
        let progress = progress ?? ProgressLine(isBesideOutput: false)
        defer { progress.clear() }
        let reader = try CaptureFileReader(path: path, decoder: CaptureReader())
        var summary = CaptureSummary()
        var format: CaptureFormat?
        var damage: FileError?
        var hasMore = true
        while hasMore {
            var events: [SensorEvent] = []
            do throws(FileError) {
                hasMore = try reader.next(into: &events)
            } catch {
                damage = error
                hasMore = false
            }
            format = format ?? reader.decoder.format
            for event in events {
                summary.take(event)
                progress.update { "reading \(path): \(event.stamp.monotonic.text) of data" }
            }
        }
        if let format {
            let text = summary.text(path, format, start: reader.decoder.start, reader.decoder.statistics)
            try output.write(text)
        }
        if let damage { throw damage }
    }

    private mutating func take(_ event: SensorEvent) {
        first = first ?? event.stamp
        last = event.stamp
        switch event.kind {
        case .value(let sensor, let characteristic, _):
            sensors[sensor, default: Sensor()].values[characteristic, default: 0] += 1
        case .linkUp(let sensor): sensors[sensor, default: Sensor()].ups += 1
        case .linkDown(let sensor, let reason):
            sensors[sensor, default: Sensor()].downs[reason ?? "no reason", default: 0] += 1
        case .clock: clockEvents += 1
        }
    }

    private func text(
        _ path: String, _ format: CaptureFormat, start: WallTime?, _ statistics: CaptureStatistics
    ) -> String {
        var table = TextTable([.left, .left])
        table.add(["File", path])
        table.add(["Format", format == .btsnoop ? "btsnoop" : "JSON Lines"])
        let records = statistics.records.counted(format == .btsnoop ? "record" : "line")
        table.add(["Size", "\(statistics.bytes.counted("byte")), \(records)"])
        if let start { table.add(["Start", start.rfc3339]) }
        if let first, let last {
            table.add(["First event", first.monotonic.text])
            table.add(["Last event", last.monotonic.text])
        }
        table.add(["Events", "\(statistics.events)"])
        if clockEvents > 0 { table.add(["Clock events", "\(clockEvents)"]) }
        return table.text + sensorText + Self.faultText(statistics)
    }

    private var sensorText: String {
        guard !sensors.isEmpty else { return "\nno sensor\n" }
        var table = TextTable([("Sensor", .left), ("What", .left), ("Count", .right)])
        for (address, sensor) in sensors.sorted(by: { $0.key < $1.key }) {
            var rows = sensor.values.map { uuid, count in
                (["\(uuid)", uuid.characteristicName].compactMap(\.self).joined(separator: " "), count)
            }.sorted { $0.0 < $1.0 }
            if sensor.ups > 0 { rows.append(("link up", sensor.ups)) }
            rows += sensor.downs.sorted { $0.key < $1.key }.map { ("link down (\($0))", $1) }
            for (index, row) in rows.enumerated() {
                table.add([index == 0 ? "\(address)" : "", row.0, "\(row.1)"])
            }
        }
        return "\n" + table.text
    }

    /// Everything that could not be used, or not without doubt; nothing when there is none of it.
    private static func faultText(_ statistics: CaptureStatistics) -> String {
        let faults: [(String, Int)] = [
            ("records that the recorder lost", statistics.recordsDropped),
            ("records that were cut by the recorder", statistics.recordsCut),
            ("records with a stamp out of order", statistics.stampsOutOfOrder),
            ("steps back of the recorder's clock", statistics.clockSteps),
            ("malformed HCI packets", statistics.malformedPackets),
            ("ACL packets on unknown links", statistics.packetsOnUnknownLinks),
            ("L2CAP packets lost in part", statistics.reassemblyFaults),
            ("L2CAP packets on unknown channels", statistics.packetsOnUnknownChannels),
            ("malformed ATT packets", statistics.malformedPDUs),
            ("ATT responses without a request", statistics.unmatchedResponses),
            ("reads left out, since they may be cut", statistics.readsIncomplete),
            ("values left out, on unknown handles", statistics.valuesOnUnknownHandles),
            ("values left out, on an outdated table", statistics.valuesOnOutdatedHandles),
            ("values on a table that was never checked", statistics.valuesOnUncheckedHandles),
            ("links or tables beyond a bound", statistics.limitsReached),
        ].filter { $0.1 > 0 }
        var text = ""
        if !faults.isEmpty {
            var table = TextTable([("Fault", .left), ("Count", .right)])
            for (name, count) in faults { table.add([name, "\(count)"]) }
            text += "\n" + table.text
        }
        let handles = statistics.guessedHandles + statistics.unknownHandles
        if !handles.isEmpty {
            var table = TextTable([("Handle", .left), ("Sensor", .left), ("Taken for", .left), ("Values", .right)])
            for use in handles.prefix(VitalsToolsLimits.listedMax) {
                let meaning = use.characteristic.map { "\($0), a guess" } ?? "nothing"
                table.add([hexadecimal(use.handle), "\(use.sensor)", meaning, "\(use.count)"])
            }
            text += "\n" + table.text
            let rest = handles.count - VitalsToolsLimits.listedMax
            if rest > 0 { text += "and \(rest.counted("handle")) more\n" }
        }
        return text
    }

    private static func hexadecimal(_ handle: UInt16) -> String {
        let digits = String(handle, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
