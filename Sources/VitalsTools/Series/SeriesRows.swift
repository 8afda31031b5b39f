import VitalsDaemon

/// One row of a series: its place, and its two cells as text.
struct SeriesRow {
    /// The line of the file, from 1.
    let line: Int
    /// The first column; nil when the value stands alone.
    let time: ArraySlice<UInt8>?
    /// The last column, without white space around it.
    let value: ArraySlice<UInt8>

    /// Whether the value is missing: empty, or `nan` as programs write it.
    var isMissing: Bool {
        value.isEmpty || value.count == 3 && String(decoding: value, as: UTF8.self).lowercased() == "nan"
    }
}

/// Puts rows together from the chunks of a file.
struct SeriesRows {
    private let path: String
    private var rest: [UInt8] = []
    private var line = 0

    /// Rows of a file, whose name stands in errors.
    init(of path: String) { self.path = path }

    /// The rows that a chunk completes; empty lines are none.
    mutating func rows(completedBy chunk: [UInt8]) throws(ToolError) -> [SeriesRow] {
        rest += chunk
        var rows: [SeriesRow] = []
        var start = rest.startIndex
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            try add(rest[start..<end], to: &rows)
            start = rest.index(after: end)
        }
        rest.removeFirst(start)
        if rest.count > VitalsToolsLimits.seriesRowBytes { throw tooLong(line + 1) }
        return rows
    }

    /// The last row, when the file does not end with a line feed.
    mutating func finish() throws(ToolError) -> [SeriesRow] {
        var rows: [SeriesRow] = []
        if !rest.isEmpty { try add(rest[...], to: &rows) }
        rest = []
        return rows
    }

    private mutating func add(_ text: ArraySlice<UInt8>, to rows: inout [SeriesRow]) throws(ToolError) {
        line += 1
        guard text.count <= VitalsToolsLimits.seriesRowBytes else { throw tooLong(line) }
        let cells = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard let last = cells.last, !(cells.count == 1 && Self.trimmed(last).isEmpty) else { return }
        rows.append(SeriesRow(line: line, time: cells.count > 1 ? cells[0] : nil, value: Self.trimmed(last)))
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isWhite = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == 9 || byte == 13 }
        let end = text.lastIndex { !isWhite($0) }.map { $0 + 1 } ?? text.startIndex
        return text[..<end].drop(while: isWhite)
    }

    private func tooLong(_ line: Int) -> ToolError {
        ToolError(
            path, "line \(line) is longer than \(VitalsToolsLimits.seriesRowBytes) bytes",
            remedy: "a series has one row a sample: a time stamp, a comma and a number", status: ExitStatus.badInput)
    }
}
