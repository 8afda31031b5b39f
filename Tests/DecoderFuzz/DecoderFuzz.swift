import Dispatch
import Foundation
import Synchronization
import VitalsCapture

/// Throws random and mutated inputs at every decoder of foreign bytes. It passes when nothing traps and nothing hangs.
///
///     DecoderFuzz [N] [--seed S] [--decoder NAME [--batch B]] [--fixtures FOLDER]
///
/// Each decoder gets N inputs (10,000,000 by default): packets, words, records, lines, documents, blocks. Readers of
/// whole files get these as records and lines, and N / 1000 files of up to a few KiB beside them; configurations are
/// N / 100, key files N / 1000, journals and the entries of ledgers in them N / 5000. With `--batch`, the
/// inputs of one batch are written out before they are decoded, to find the one that trapped.
@main
struct DecoderFuzz {
    /// A decoder under its name.
    private struct Decoder: Sendable {
        let name: String
        /// Inputs in one batch: some milliseconds of work.
        let batchSize: Int
        /// Its inputs for a given N.
        let inputs: @Sendable (Int) -> Int
        /// Values that an input is decoded as.
        let values: Int
        let make: @Sendable (Corpus) -> any Fuzzer

        init(
            _ name: String, values: Int = 1, batchSize: Int = 1_000,
            inputs: @escaping @Sendable (Int) -> Int = { $0 }, make: @escaping @Sendable (Corpus) -> any Fuzzer
        ) {
            self.name = name
            self.values = values
            self.batchSize = batchSize
            self.inputs = inputs
            self.make = make
        }
    }

    private static let decoders = [
        Decoder("characteristic", values: CharacteristicFuzz.characteristics.count) { CharacteristicFuzz(corpus: $0) },
        Decoder("medical-float", values: 2) { FloatTypeFuzz(corpus: $0) },
        Decoder("btsnoop-record") { BTSnoopRecordFuzz(corpus: $0) },
        Decoder("event-line") { EventLineFuzz(corpus: $0) },
        Decoder("capture-file", batchSize: 20, inputs: { $0 / 1_000 }) { CaptureFileFuzz(corpus: $0) },
        Decoder("json") { JSONFuzz(corpus: $0) },
        Decoder("rr-line") { ImportLineFuzz<RRTextReader>(corpus: $0) },
        Decoder("spo2-line") { ImportLineFuzz<SpO2CSVReader>(corpus: $0) },
        Decoder("sample-block") { SampleBlockFuzz(corpus: $0) },
        Decoder("message") { MessageFuzz(corpus: $0) },
        Decoder("request") { RequestFuzz(corpus: $0) },
        Decoder("ledger") { LedgerFuzz(corpus: $0) },
        Decoder("key-file", batchSize: 50, inputs: { $0 / 1_000 }) { KeyFileFuzz(corpus: $0) },
        Decoder("ledger-journal", batchSize: 20, inputs: { $0 / 5_000 }) { LedgerJournalFuzz(corpus: $0) },
        Decoder("configuration", batchSize: 50, inputs: { $0 / 100 }) { ConfigurationFuzz(corpus: $0) },
        Decoder("journal-file", batchSize: 10, inputs: { $0 / 5_000 }) { JournalFileFuzz(corpus: $0) },
    ]

    static func main() throws {
        let options: Options
        do {
            options = try Options(CommandLine.arguments.dropFirst(), decoders: decoders.map(\.name))
        } catch {
            FileHandle.standardError.write(Data("DecoderFuzz: \(error)\n".utf8))
            exit(EX_USAGE)
        }
        let corpus = try Corpus(fixtures: options.fixtures)
        if let batch = options.batch, let index = decoders.firstIndex(where: { $0.name == options.decoder }) {
            let tally = run(
                index, batch: batch, count: decoders[index].batchSize, options.seed, corpus, isVerbose: true)
            print("decoded \(tally.decoded), refused \(tally.refused)")
            return
        }
        let workers = max(1, ProcessInfo.processInfo.activeProcessorCount)
        let board = Board(workers: workers, names: decoders.map(\.name), seed: options.seed)
        board.speakLast()
        print("seed \(options.seed), \(workers) threads, \(corpus.captures.count) captures to mutate")
        print(line("decoder", "inputs", "decoded", "refused", "seconds"))
        for (index, decoder) in decoders.enumerated() where options.decoder ?? decoder.name == decoder.name {
            let inputs = decoder.inputs(options.count)
            let begin = DispatchTime.now().uptimeNanoseconds
            let tally = runAll(index, inputs, options.seed, corpus, board, workers: workers)
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
            print(
                line(
                    decoder.name, String(inputs * decoder.values), String(tally.decoded), String(tally.refused),
                    String(format: "%.1f", seconds)))
        }
        print("no trap, no hang")
    }

    /// All batches of a decoder, shared out among the workers.
    private static func runAll(
        _ decoder: Int, _ inputs: Int, _ seed: UInt64, _ corpus: Corpus, _ board: Board, workers: Int
    ) -> Tally {
        let size = decoders[decoder].batchSize
        let next = Counter()
        let total = Mutex(Tally())
        let group = DispatchGroup()
        for worker in 0..<workers {
            DispatchQueue.global().async(group: group) {
                while true {
                    let batch = next.take()
                    guard batch * size < inputs else { return }
                    board.begin(decoder, batch, worker: worker)
                    let tally = run(decoder, batch: batch, count: min(size, inputs - batch * size), seed, corpus)
                    total.withLock { $0 += tally }
                    board.end(worker: worker)
                }
            }
        }
        var watchdog = Watchdog(board)
        watchdog.wait(for: group)
        return total.withLock { $0 }
    }

    private static func run(
        _ decoder: Int, batch: Int, count: Int, _ seed: UInt64, _ corpus: Corpus, isVerbose: Bool = false
    ) -> Tally {
        var random = Generator(seed: seed, decoder: decoder, batch: batch)
        var fuzzer = decoders[decoder].make(corpus)
        var tally = Tally(isVerbose: isVerbose)
        fuzzer.run(count, &random, &tally)
        return tally
    }

    private static func line(_ name: String, _ numbers: String...) -> String {
        name.padding(toLength: 16, withPad: " ", startingAt: 0)
            + numbers.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }.joined()
    }
}

/// Hands out numbers from 0 on.
private final class Counter: Sendable {
    private let next = Atomic(0)

    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
