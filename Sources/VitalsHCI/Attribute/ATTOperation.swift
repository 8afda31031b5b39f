/// What a client is asked to do with one characteristic.
enum ATTOperation: Hashable, Sendable {
    /// Read the value of a handle, however long it is.
    case read(UInt16)
    /// Write the value of a handle, with response.
    case write(UInt16, [UInt8])
    /// Have values sent.
    case subscribe(UInt16)
    /// Have values sent no longer.
    case unsubscribe(UInt16)

    /// The handle of the characteristic's value.
    var handle: UInt16 {
        switch self {
        case .read(let handle), .write(let handle, _), .subscribe(let handle), .unsubscribe(let handle): handle
        }
    }
}
