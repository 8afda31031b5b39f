/// Cuts a text that comes in pieces into its lines.
struct LineSplitter: Sendable {
    /// One line without its end.
    struct Line {
        /// What holds the line.
        let bytes: [UInt8]
        /// Where it stands in there.
        let range: Range<Int>

        var text: ArraySlice<UInt8> { bytes[range] }

        /// Whether there is nothing but white space.
        var isBlank: Bool { text.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    }

    private var carried: [UInt8] = []
    /// The number of the line that was handed out last, from 1.
    private(set) var number = 0

    /// The next whole line of `piece` from `position` on, which moves behind it; nil when none ends there, in which case
    /// the beginning of one is kept for the next piece.
    mutating func next(in piece: [UInt8], from position: inout Int) throws(CaptureError) -> Line? {
        guard position < piece.count else { return nil }
        let start = position
        var end = start
        while end < piece.count, piece[end] != 0x0A { end += 1 }
        guard carried.count + end - start <= VitalsCaptureLimits.lineBytesMax else {
            throw CaptureError(
                at: .line(number + 1), "the line is longer than \(VitalsCaptureLimits.lineBytesMax) bytes",
                remedy: "end it earlier; is this a text of one event or interval a line?")
        }
        position = min(end + 1, piece.count)
        guard end < piece.count else {
            carried.append(contentsOf: piece[start...])
            return nil
        }
        number += 1
        guard carried.isEmpty else {
            carried.append(contentsOf: piece[start..<end])
            return takeCarried()
        }
        return Self.line(piece, start..<end)
    }

    /// What stands after the last line end, when the text is over.
    mutating func remainder() -> Line? {
        guard !carried.isEmpty else { return nil }
        number += 1
        return takeCarried()
    }

    private mutating func takeCarried() -> Line {
        defer { carried = [] }
        return Self.line(carried, 0..<carried.count)
    }

    private static func line(_ bytes: [UInt8], _ range: Range<Int>) -> Line {
        let hasReturn = range.last.map { bytes[$0] == 0x0D } ?? false
        return Line(bytes: bytes, range: hasReturn ? range.dropLast() : range)
    }
}
