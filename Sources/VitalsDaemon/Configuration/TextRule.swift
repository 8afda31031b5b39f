import VitalsCore
import VitalsModel

extension Setting.TextRule {
    /// What a text would have to be, in words that follow its key; nil when it is so.
    func expectation(of text: String) -> String? {
        switch self {
        case .any: nil
        case .topicLevel: Self.isTopicLevel(text) ? nil : "must be 1 to 64 letters, digits, '_' or '-'"
        case .address:
            SensorAddress(text) != nil ? nil : "must be a Bluetooth address such as \"C0:00:00:00:00:01\""
        case .adapter:
            SensorAddress(text) != nil || AdapterIndex(name: text) != nil
                ? nil : "must be an adapter such as \"hci0\", or its address"
        case .uuid: BluetoothUUID(text) != nil ? nil : "must be a UUID of 4 or 32 hexadecimal digits"
        }
    }

    private static func isTopicLevel(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
