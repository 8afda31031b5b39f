import VitalsGATT
import VitalsModel

extension CharacteristicReport {
    /// Heart Rate Measurement. RR intervals stand in 1/1024 s, as sent, and in milliseconds, exactly.
    static func members(of value: HeartRateMeasurement) -> [String: ReportValue] {
        var members: [String: ReportValue] = [
            "contact": .text(value.contact.name),
            "heartRate": .number("\(value.heartRate)"),
            "rrIntervals": .list(
                value.rrIntervals.map { ticks in
                    .object(["milliseconds": .number(milliseconds(ticks)), "ticks": .number("\(ticks)")])
                }),
        ]
        var units = ["heartRate": "beats/min"]
        if !value.rrIntervals.isEmpty { units.merge(["milliseconds": "ms", "ticks": "1/1024 s"]) { $1 } }
        if let energy = value.energyExpended {
            members["energyExpendedKilojoule"] = .number("\(energy)")
            units["energyExpendedKilojoule"] = "kJ"
        }
        members["units"] = .units(units)
        return members
    }

    /// 1/1024 s in milliseconds: 1000/1024 is 125/128, and 128ths end after seven decimals.
    static func milliseconds(_ ticks: UInt16) -> String {
        let parts = UInt64(ticks) * 125
        var fraction = parts % 128 * 78_125
        guard fraction > 0 else { return "\(parts / 128)" }
        var places = 7
        while fraction % 10 == 0 {
            fraction /= 10
            places -= 1
        }
        let digits = "\(fraction)"
        return "\(parts / 128).\(String(repeating: "0", count: places - digits.count))\(digits)"
    }
}
