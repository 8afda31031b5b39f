import Foundation
import Synchronization

/// Which batch each worker is at: for the watchdog, and for the last words of a process that traps.
final class Board: Sendable {
    /// One worker's place.
    private final class Place: Sendable {
        let decoder = Atomic(-1)
        let batch = Atomic(0)
        let finished = Atomic(0)
    }

    private let places: [Place]
    private let names: [String]
    private let seed: UInt64

    init(workers: Int, names: [String], seed: UInt64) {
        places = (0..<workers).map { _ in Place() }
        self.names = names
        self.seed = seed
    }

    /// A worker begins a batch.
    func begin(_ decoder: Int, _ batch: Int, worker: Int) {
        places[worker].batch.store(batch, ordering: .relaxed)
        places[worker].decoder.store(decoder, ordering: .releasing)
    }

    /// A worker is done with its batch.
    func end(worker: Int) {
        places[worker].decoder.store(-1, ordering: .releasing)
        places[worker].finished.wrappingAdd(1, ordering: .relaxed)
    }

    /// How many batches each worker has finished; nil for one that is at none.
    var progress: [Int?] {
        places.map { place in
            place.decoder.load(ordering: .acquiring) < 0 ? nil : place.finished.load(ordering: .relaxed)
        }
    }

    /// What every worker is at, with the command that runs it again.
    var description: String {
        places.compactMap { place -> String? in
            let decoder = place.decoder.load(ordering: .acquiring)
            guard decoder >= 0 else { return nil }
            let batch = place.batch.load(ordering: .relaxed)
            return "at \(names[decoder]): to see its inputs: "
                + "DecoderFuzz --seed \(seed) --decoder \(names[decoder]) --batch \(batch)\n"
        }.joined()
    }

    /// Says what was decoded when the process ends by a trap or a broken memory access.
    ///
    /// A handler may call next to nothing; this one allocates. The process is lost either way, and a trap in a decoder
    /// does not stand inside the allocator.
    func speakLast() {
        Self.shared.withLock { $0 = self }
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            signal(number) { number in
                signal(number, SIG_DFL)
                Board.lastWords(number)
                raise(number)
            }
        }
    }

    private static func lastWords(_ number: CInt) {
        let text = "DecoderFuzz: signal \(number)\n" + (shared.withLockIfAvailable { $0?.description ?? "" } ?? "")
        FileHandle.standardError.write(Data(text.utf8))
    }

    private static let shared = Mutex<Board?>(nil)
}
