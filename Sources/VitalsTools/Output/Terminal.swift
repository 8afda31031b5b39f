import Glibc

/// What the tools know of the terminal behind an output.
enum Terminal {
    /// Whether standard output is one.
    static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether standard error is one.
    static var isError: Bool { isatty(STDERR_FILENO) == 1 }

    /// Rows and columns of standard output, now.
    static var size: (rows: Int, columns: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return (VitalsToolsLimits.terminalRows, VitalsToolsLimits.terminalColumns)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// To the first column, and everything from there to the end of the screen is gone.
    static let clearBelow = "\r\u{1B}[J"
    /// An empty screen, and the cursor in its corner.
    static let clearScreen = "\u{1B}[2J\u{1B}[H"
    /// So many lines up.
    static func up(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A" : "" }
    /// The cursor is not shown.
    static let hideCursor = "\u{1B}[?25l"
    /// The cursor is shown.
    static let showCursor = "\u{1B}[?25h"
}
