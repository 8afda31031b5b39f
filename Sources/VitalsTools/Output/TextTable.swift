/// Columns of text, each as wide as its widest cell, two spaces apart.
struct TextTable {
    /// On which side the cells of a column stand.
    enum Alignment {
        /// Text.
        case left
        /// Numbers.
        case right
    }

    private let alignments: [Alignment]
    private(set) var rows: [[String]]

    /// A table with a head.
    init(_ columns: [(title: String, alignment: Alignment)]) {
        alignments = columns.map(\.alignment)
        rows = [columns.map(\.title)]
    }

    /// A table without a head.
    init(_ alignments: [Alignment]) {
        self.alignments = alignments
        rows = []
    }

    /// Adds a row; it has a cell for each column.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines, without spaces at their ends.
    var lines: [String] {
        let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let fill = String(repeating: " ", count: widths[column] - cell.count)
                if column > 0 { line += "  " }
                line += alignments[column] == .left ? cell + fill : fill + cell
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The lines, each with its end.
    var text: String { lines.map { $0 + "\n" }.joined() }
}
