/// Draws frames in place: on a terminal each over the one before, elsewhere only the last one.
final class WatchScreen {
    private let output: any ByteOutput
    private let size: (() -> (rows: Int, columns: Int))?
    private var drawn = 0
    private var isCursorHidden = false
    private var lastSize = (rows: 0, columns: 0)

    /// Whether there is somebody to watch.
    var isTerminal: Bool { size != nil }

    /// A screen on an output; `size` asks the terminal for its size, nil where there is none.
    init(_ output: any ByteOutput, size: (() -> (rows: Int, columns: Int))?) {
        self.output = output
        self.size = size
    }

    /// Draws a frame; `isLast` ends the drawing and gives the terminal back.
    func draw(_ lines: [String], isLast: Bool) throws {
        guard let size = size?() else {
            if isLast { try output.write(lines.map { $0 + "\n" }.joined()) }
            return
        }
        var frame = drawn == 0 ? Terminal.hideCursor : Terminal.up(drawn)
        // A terminal of another size has wrapped the last frame who knows how.
        if drawn > 0 && size != lastSize { frame = Terminal.clearScreen }
        lastSize = size
        let shown = Self.cut(lines, size)
        frame += Terminal.clearBelow + shown.map { $0 + "\r\n" }.joined()
        if isLast { frame += Terminal.showCursor }
        isCursorHidden = !isLast
        drawn = shown.count
        try output.write(frame)
    }

    /// Gives the terminal back after a failure.
    func restore() {
        if isCursorHidden { try? output.write(Terminal.showCursor) }
    }

    /// As many lines as fit, the last one among them, and of each what fits: nothing may wrap or scroll.
    private static func cut(_ lines: [String], _ size: (rows: Int, columns: Int)) -> [String] {
        let room = max(2, size.rows - 1)
        var shown = lines
        if shown.count > room {
            let left = shown.count - room + 1
            shown = shown.prefix(room - 2) + ["… and \(left) more"] + shown.suffix(1)
        }
        return shown.map { String($0.prefix(size.columns)) }
    }
}
