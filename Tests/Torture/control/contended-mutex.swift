// A program without a data race: four threads append to an array that a Mutex guards. Whoever waits for the Mutex takes it in
// the library, which is not built for the thread sanitizer; so the sanitizer does not see that it was taken, and reports a race.
import Foundation
import Synchronization

final class Box: Sendable { let values = Mutex([Int]()) }

let box = Box()
let done = DispatchSemaphore(value: 0)
for _ in 0..<4 {
    Thread {
        for index in 0..<200_000 {
            box.values.withLock { values in
                values.append(index)
                if values.count > 100 { values.removeAll() }
            }
        }
        done.signal()
    }.start()
}
for _ in 0..<4 { done.wait() }
