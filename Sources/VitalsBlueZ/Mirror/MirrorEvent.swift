import VitalsCore
import VitalsModel

/// What follows from a change of BlueZ's objects.
enum MirrorEvent: Hashable {
    /// To be reported as it is.
    case link(LinkEvent)
    /// The property `Value` of a characteristic was set: a notification of somebody's subscription, or an answer to
    /// somebody's reading.
    case value(CharacteristicPath, SensorAddress, handle: UInt16, bytes: [UInt8])
    /// The notifications of a characteristic ended.
    case notNotifying(CharacteristicPath, SensorAddress, handle: UInt16)
    /// The object of a characteristic is gone, and all subscriptions to it.
    case characteristicGone(CharacteristicPath)
}
