import VitalsModel

/// A value that a sensor is about to send.
struct Packet: Sendable {
    let characteristic: BluetoothUUID
    var bytes: [UInt8]
    /// How many RR intervals it carries that no other packet does.
    var intervals = 0
    /// How many RR intervals it carries that another packet has carried.
    var intervalsRepeated = 0
    /// The bytes that its flags declare; a shorter packet is malformed.
    let declaredLength: Int
}
