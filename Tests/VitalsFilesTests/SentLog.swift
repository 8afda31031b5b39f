import Foundation
import VitalsFiles
import VitalsJSON
import VitalsModel

/// The log of what the virtual sensors of a recording really sent: `NAME.sent.jsonl.gz` beside it.
struct SentLog {
    /// One payload of one sensor.
    struct Payload {
        let microseconds: Int64
        let bytes: [UInt8]
    }

    /// A sensor's name and a characteristic.
    struct Stream: Hashable {
        let sensor: String
        let characteristic: BluetoothUUID
    }

    /// The payloads of each stream, in order.
    private(set) var sent: [Stream: [Payload]] = [:]
    /// When the links of a sensor ended, by its own clock.
    private(set) var ends: [String: [Int64]] = [:]

    init(_ path: String) throws {
        let file = try CaptureFile(path: path)
        var bytes: [UInt8] = []
        while let chunk = try file.next() { bytes += chunk }
        for line in bytes.split(separator: 0x0A) {
            let entry = try JSONParser.parse(Array(line))
            guard let event = entry["event"]?.string, let sensor = entry["sensor"]?.string,
                let time = entry["time"]?.number?.scaled(to: -6)
            else { continue }
            if event == "disconnected" { ends[sensor, default: []].append(time) }
            guard event == "sent", let characteristic = entry["characteristic"]?.string.flatMap({ BluetoothUUID($0) }),
                let payload = entry["hex"]?.string.flatMap({ Hex.bytes($0) })
            else { continue }
            sent[Stream(sensor: sensor, characteristic: characteristic), default: []]
                .append(Payload(microseconds: time, bytes: payload))
        }
    }

    /// How a stream was received: `unexpected` was never sent, or not then; `lost` was sent and not received, although no
    /// link ended within half a second after it.
    func compare(_ stream: Stream, received: [[UInt8]]) -> (lost: Int, cut: Int, unexpected: Int) {
        var left = received[...]
        var (lost, cut) = (0, 0)
        for payload in sent[stream] ?? [] {
            if left.first == payload.bytes {
                left = left.dropFirst()
            } else if (ends[stream.sensor] ?? []).contains(where: { (0..<500_000).contains($0 - payload.microseconds) })
            {
                cut += 1
            } else {
                lost += 1
            }
        }
        return (lost, cut, left.count)
    }
}
