import Foundation
import VitalsSystemd

/// The pair of sockets of an acquired characteristic: one packet is one value.
enum NotifySocket {
    /// Ours, which never blocks, and theirs.
    static func pair() throws -> (BusDescriptor, BusDescriptor) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
        return (BusDescriptor(owning: ends[0]), BusDescriptor(owning: ends[1]))
    }

    /// Sends a value; one that finds no room is lost, as in bluetoothd.
    static func send(_ bytes: [UInt8], to descriptor: BusDescriptor) {
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Foundation.send(descriptor.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }
}
