extension String {
    /// The text without what moves a terminal's cursor: it may come from anybody's sensor.
    var printable: String {
        String(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : Character($0) })
    }
}
