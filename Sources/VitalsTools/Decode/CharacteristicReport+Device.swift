import VitalsGATT
import VitalsModel

extension CharacteristicReport {
    /// Current Time.
    static func members(of value: CurrentTime) -> [String: ReportValue] {
        [
            "adjustReason": .bits(value.adjustReason.rawValue, value.adjustReason.names),
            "dateTime": .text(text(value.dateTime)),
            "dayOfWeek": .text(value.dayOfWeek.map { "\($0)" } ?? "unknown"),
            "fractions256": .number("\(value.fractions256)"),
            "units": .units(["fractions256": "1/256 s"]),
        ]
    }

    /// PnP ID.
    static func members(of value: PnPID) -> [String: ReportValue] {
        [
            "productID": .number("\(value.productID)"),
            "productVersion": value.productVersionText.map { .text($0) } ?? .number("\(value.productVersion)"),
            "vendorID": .number("\(value.vendorID)"),
            "vendorIDSource": .named(value.vendorIDSource.rawValue, value.vendorIDSource.name),
        ]
    }

    /// System ID.
    static func members(of value: SystemID) -> [String: ReportValue] {
        var members: [String: ReportValue] = [
            "isPlaceholder": .truth(value.isPlaceholder), "systemID": .text(value.description),
        ]
        if let address = value.address { members["address"] = .text(address.description) }
        return members
    }

    /// `2026-11-21T07:30:00` in the sensor's own zone; a part that is not known is zeros.
    static func text(_ time: DateTime) -> String {
        let padded = { (number: Int, width: Int) in
            String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
        }
        let date = [padded(Int(time.year), 4), padded(Int(time.month), 2), padded(Int(time.day), 2)]
        let clock = [time.hours, time.minutes, time.seconds].map { padded(Int($0), 2) }
        return date.joined(separator: "-") + "T" + clock.joined(separator: ":")
    }
}
