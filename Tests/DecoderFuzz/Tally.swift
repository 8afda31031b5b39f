/// What came of the inputs of one decoder.
struct Tally {
    /// Inputs that came to a value, an event or a line that was passed over.
    var decoded = 0
    /// Inputs that were refused with an error.
    var refused = 0
    /// Whether each input is written to standard output before it is decoded, to find the one that trapped.
    var isVerbose = false

    /// Says which bytes are decoded next.
    func input(_ bytes: [UInt8], _ what: String = "") {
        guard isVerbose else { return }
        print(what, bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
    }

    static func += (left: inout Tally, right: Tally) {
        left.decoded += right.decoded
        left.refused += right.refused
    }
}

/// Throws inputs at one decoder. A fuzzer is made anew for every batch, so that a batch can be run again by itself.
protocol Fuzzer {
    init(corpus: Corpus)
    /// Decodes `count` inputs.
    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally)
}
