import Foundation

/// The words of a command.
struct Arguments {
    private let words: [String]

    init(_ words: [String]) { self.words = words }

    subscript(_ place: Int) -> String { words.indices.contains(place) ? words[place] : "" }

    func number(_ place: Int) throws -> Int {
        guard let number = Int(self[place]) else { throw Failure("argument \(place) is no number: '\(self[place])'") }
        return number
    }

    /// The numbers of a file, as the machine has them.
    func file<Number: BitwiseCopyable>(_ place: Int, of type: Number.Type) throws -> [Number] {
        guard let data = FileManager.default.contents(atPath: self[place]) else {
            throw Failure("\(self[place]) cannot be read")
        }
        return unsafe data.withUnsafeBytes { bytes in
            (0..<bytes.count / MemoryLayout<Number>.size).map { index in
                unsafe bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Number>.size, as: type)
            }
        }
    }

    /// Writes numbers to the file that an argument names, if it does.
    func write<Number: BitwiseCopyable>(_ numbers: [Number], to place: Int) throws {
        guard !self[place].isEmpty else { return }
        let data = unsafe numbers.withUnsafeBytes { unsafe Data($0) }
        try data.write(to: URL(fileURLWithPath: self[place]))
    }
}

/// Nanoseconds of processor time that a piece of work takes an operation.
func nanoseconds(operations: Int, _ work: () -> Void) -> [String: Any] {
    let begin = processorTime()
    work()
    return ["nanoseconds": Double(processorTime() - begin) / Double(operations), "operations": operations]
}

/// Processor time of this thread, ns.
private func processorTime() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Keeps the compiler from leaving work out whose result nobody reads.
@inline(never)
func keep<Value>(_ value: Value) {}
