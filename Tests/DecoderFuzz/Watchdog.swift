import Dispatch
import Foundation

/// Ends the process when a worker finishes no batch for too long: a decoder that hangs.
struct Watchdog {
    /// A batch is some milliseconds of work, and inputs are a few KiB at most: so long means that one does not end.
    static let secondsMax = 30

    private let board: Board
    private var last: [Int?] = []
    private var seconds: [Int] = []

    init(_ board: Board) { self.board = board }

    /// Waits until the group is done, looking once a second.
    mutating func wait(for group: DispatchGroup) {
        while group.wait(timeout: .now() + 1) == .timedOut {
            let now = board.progress
            if last.count == now.count {
                seconds = zip(zip(last, now), seconds).map { pair, count in
                    pair.1 != nil && pair.0 == pair.1 ? count + 1 : 0
                }
            } else {
                seconds = now.map { _ in 0 }
            }
            last = now
            if let longest = seconds.max(), longest >= Self.secondsMax {
                print("DecoderFuzz: no batch ended for \(longest) s")
                abort()
            }
        }
    }
}
