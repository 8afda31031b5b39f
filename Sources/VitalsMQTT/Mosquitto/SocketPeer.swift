import Glibc

/// The other end of a TCP socket.
enum SocketPeer {
    /// Whether there is one: false while the connection is being made, and after it was refused.
    static func isThere(_ socket: Int32) -> Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getpeername(socket, address, &length) == 0
            }
        }
    }
}
