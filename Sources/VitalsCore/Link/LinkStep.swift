/// One thing to do over a link that is up, one at a time.
enum LinkStep: Hashable, Sendable {
    /// Make a bond, because the configuration or the sensor wants one.
    case pair
    case subscribe(RemoteCharacteristic)
    case unsubscribe(handle: UInt16)
    case read(RemoteCharacteristic)
    /// Compare the clock that was read, and set it if it is off.
    case setClock
    /// Write to the Record Access Control Point.
    case request([UInt8])

    /// Whether measurements wait for it.
    func isSubscription(to measurements: [RemoteCharacteristic]) -> Bool {
        guard case .subscribe(let characteristic) = self else { return false }
        return measurements.contains(characteristic)
    }
}
