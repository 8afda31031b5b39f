import VitalsModel

extension MonotonicTime.Span {
    /// For people: `8:00:05`, `1:05`, `3.4 s`. Below a minute in tenths, above in whole seconds, cut.
    var text: String {
        let tenths = microseconds.magnitude / 100_000
        let sign = microseconds < 0 ? "-" : ""
        guard tenths >= 600 else { return "\(sign)\(tenths / 10).\(tenths % 10) s" }
        let seconds = tenths / 10
        let padded = { (number: UInt64) in number < 10 ? "0\(number)" : "\(number)" }
        guard seconds >= 3_600 else { return "\(sign)\(seconds / 60):\(padded(seconds % 60))" }
        return "\(sign)\(seconds / 3_600):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
    }
}

extension Int {
    /// `1 record`, `2 records`.
    func counted(_ singular: String, _ plural: String? = nil) -> String {
        "\(self) \(self == 1 ? singular : plural ?? singular + "s")"
    }
}
