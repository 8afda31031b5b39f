import Glibc
import Synchronization
import VitalsSystemd

/// A call that blocks, on a thread of its own; its outcome comes back on the event loop.
final class BlockingCall {
    private final class Shared: Sendable {
        let call: @Sendable () throws(HCIError) -> Void
        let wakeUp: WakeUp
        let error = Mutex<HCIError?>(nil)

        init(_ call: @escaping @Sendable () throws(HCIError) -> Void, _ wakeUp: WakeUp) {
            self.call = call
            self.wakeUp = wakeUp
        }
    }

    private let shared: Shared
    private var watch: EventLoop.Watch?

    private init(_ shared: Shared) { self.shared = shared }

    /// Begins it. `completion` is called once, on the loop, with the error if there was one.
    static func start(
        on loop: EventLoop, name: String, _ call: @escaping @Sendable () throws(HCIError) -> Void,
        completion: @escaping (HCIError?) -> Void
    ) throws {
        let shared = Shared(call, try WakeUp())
        let blocking = BlockingCall(shared)
        // The watch keeps the call, and the call the watch, until it is done.
        blocking.watch = try loop.watch(shared.wakeUp.descriptor) {
            shared.wakeUp.clear()
            blocking.watch?.cancel()
            blocking.watch = nil
            completion(shared.error.withLock { $0 })
        }
        try run(shared, name)
    }

    private static func run(_ shared: Shared, _ name: String) throws(HCIError) {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(shared)
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let shared = unsafe Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue()
                do throws(HCIError) {
                    try shared.call()
                } catch {
                    shared.error.withLock { $0 = error }
                }
                shared.wakeUp.signal()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            unsafe argument.release()
            throw HCIError.system(code, "start the thread \(name)")
        }
        pthread_detach(thread)
    }
}
