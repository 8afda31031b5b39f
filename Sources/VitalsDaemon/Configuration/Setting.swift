/// One key of the configuration: where it stands, what it may hold, and what to tell people about it.
///
/// The list of all settings is the schema: the reader checks against it, and `config/vitalsd.toml` is written from it,
/// so that the documented default is the real one.
struct Setting {
    /// The table that it stands in, such as `mqtt.tls`.
    let table: String
    /// Its name in the table.
    let name: String
    /// What it may hold.
    let kind: Kind
    /// What it does, a line of text each.
    let comment: [String]

    /// What a setting may hold, and its default.
    enum Kind {
        case text(default: String, rule: TextRule)
        case integer(default: Int, range: ClosedRange<Int>, unit: String)
        case decimal(default: Double, range: ClosedRange<Double>, unit: String)
        case truth(default: Bool)
        case choice(default: String, of: [String])
        /// A list, empty by default; the example stands in the file.
        case texts(example: [String], rule: TextRule)
    }

    /// What a text may be.
    enum TextRule {
        /// Anything.
        case any
        /// 1 to 64 of `A-Z a-z 0-9 _ -`: it becomes a level of an MQTT topic.
        case topicLevel
        /// A Bluetooth device address.
        case address
        /// An adapter, such as `hci0`, or its address.
        case adapter
        /// A UUID of 4 or 32 hexadecimal digits.
        case uuid
    }

    /// The dotted path.
    var path: String { table.isEmpty ? name : "\(table).\(name)" }
}
