import VitalsGATT
import VitalsModel

extension CharacteristicReport {
    /// Polar Measurement Data: the samples of a photoplethysmogram channel by channel, oldest first; else the bytes.
    static func members(of value: PolarMeasurementData) -> [String: ReportValue] {
        var members: [String: ReportValue] = [
            "frameType": .number("\(value.frameType)"),
            "measurement": .number("\(value.measurement)"),
            "timestamp": .number("\(value.timestamp)"),
            "units": .units(["timestamp": "ns since 2000-01-01 by the sensor's clock"]),
        ]
        switch value.content {
        case .ppg(let samples):
            let list = { (channel: KeyPath<PPGCounts, Int32>) in
                ReportValue.list(samples.map { .number("\($0[keyPath: channel])") })
            }
            members["ambient"] = list(\.ambient)
            members["first"] = list(\.first)
            members["second"] = list(\.second)
            members["third"] = list(\.third)
        case .other(let bytes): members["bytes"] = .text(Hex.string(bytes))
        }
        return members
    }
}
