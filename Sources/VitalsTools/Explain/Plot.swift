import VitalsModel

/// Draws samples over time into lines of text: braille dots on a terminal, ASCII elsewhere. A moment without a sample
/// stays empty.
struct Plot {
    /// How it is drawn.
    struct Style: Hashable {
        /// Columns in all, axis and its numbers included.
        let columns: Int
        /// Rows of the field.
        let rows: Int
        /// Whether braille and lines may be used; else ASCII alone.
        let isUnicode: Bool
    }

    /// A level to draw across the field.
    struct Level: Hashable {
        /// In the unit of the series.
        let value: Double
        /// What it is: `limit`.
        let name: String
    }

    private let series: PlotSeries
    private let span: ClosedRange<MonotonicTime>
    private let judged: ClosedRange<MonotonicTime>
    private let levels: [Level]
    private let style: Style
    private let low: Double
    private let high: Double
    private let margin: Int

    /// A plot of a series over a span, with the judged part marked.
    init(
        _ series: PlotSeries, over span: ClosedRange<MonotonicTime>, judged: ClosedRange<MonotonicTime>,
        levels: [Level], style: Style
    ) {
        self.series = series
        self.span = span
        self.judged = judged
        self.levels = levels
        self.style = style
        let values = series.points.compactMap(\.value) + levels.map(\.value)
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        // Room above and below, and no field without height.
        let room = max((most - least) * 0.05, 0.5)
        low = least - room
        high = most + room
        margin = max(high.axisText.count, low.axisText.count, levels.map { $0.value.axisText.count }.max() ?? 0) + 2
    }

    /// The lines, each as wide as it must be.
    var lines: [String] {
        guard fieldColumns >= VitalsToolsLimits.plotColumnsMin else { return [] }
        var lines = [
            String(repeating: " ", count: margin) + "\(series.quantity.name), \(series.quantity.unit)"
                + levels.map { "; \(style.isUnicode ? "╌" : "-") \($0.name) \($0.value.shortText)" }.joined()
        ]
        let field = dots()
        for row in 0..<style.rows { lines.append(label(row) + cells(field, row)) }
        let corner = String(repeating: " ", count: margin - 1)
        lines.append(
            corner + (style.isUnicode ? "└" : "+") + String(repeating: style.isUnicode ? "─" : "-", count: fieldColumns)
        )
        if let trust { lines.append(String(repeating: " ", count: margin) + trust) }
        lines.append(String(repeating: " ", count: margin) + judgedLine)
        return lines.map(\.withoutTrailingSpaces)
    }

    private var fieldColumns: Int { style.columns - margin }
    private var dotsAcross: Int { style.isUnicode ? 2 : 1 }
    private var dotsDown: Int { style.isUnicode ? 4 : 1 }

    /// Where a time stands, in parts of the field's width; nil outside.
    private func place(_ time: MonotonicTime, parts: Int) -> Int? {
        guard span.contains(time) else { return nil }
        let whole = max((span.upperBound - span.lowerBound).microseconds, 1)
        let offset = Double((time - span.lowerBound).microseconds) / Double(whole)
        return min(Int(offset * Double(parts)), parts - 1)
    }

    /// How far down a value stands, in parts of the field's height.
    private func depth(_ value: Double, parts: Int) -> Int {
        min(max(Int((high - value) / (high - low) * Double(parts)), 0), parts - 1)
    }

    /// The dots of the samples, a row of columns each.
    private func dots() -> [[Bool]] {
        let (across, down) = (fieldColumns * dotsAcross, style.rows * dotsDown)
        var dots = [[Bool]](repeating: [Bool](repeating: false, count: across), count: down)
        for point in series.points {
            guard let value = point.value, let column = place(point.time, parts: across) else { continue }
            let row = depth(value, parts: down)
            dots[row][column] = true
            // A single braille dot is hardly seen.
            if style.isUnicode && column + 1 < across { dots[row][column + 1] = true }
        }
        return dots
    }

    private func cells(_ dots: [[Bool]], _ row: Int) -> String {
        let hasLevel = levels.contains { depth($0.value, parts: style.rows) == row }
        var text = ""
        for column in 0..<fieldColumns {
            guard style.isUnicode else {
                text += dots[row][column] ? "*" : hasLevel ? "-" : " "
                continue
            }
            var pattern: UInt32 = 0
            for (dot, bit) in Self.brailleBits.enumerated() where dots[row * 4 + dot / 2][column * 2 + dot % 2] {
                pattern |= bit
            }
            let braille = Unicode.Scalar(0x2800 + pattern).map { String(Character($0)) } ?? " "
            text += pattern != 0 ? braille : hasLevel ? "╌" : " "
        }
        return text
    }

    /// The number of the axis, at the ends and at levels.
    private func label(_ row: Int) -> String {
        var number = ""
        if row == 0 { number = high.axisText }
        if row == style.rows - 1 { number = low.axisText }
        if let level = levels.first(where: { depth($0.value, parts: style.rows) == row }) {
            number = level.value.axisText
        }
        let fill = String(repeating: " ", count: margin - 2 - number.count)
        return fill + number + (style.isUnicode ? " │" : " |")
    }

    /// A mark for each column with samples that are doubtful or none; nil when all are good.
    private var trust: String? {
        var marks = [Character](repeating: " ", count: fieldColumns)
        for point in series.points {
            guard let column = place(point.time, parts: fieldColumns) else { continue }
            switch point.trust {
            case .good: break
            case .doubtful: if marks[column] == " " { marks[column] = "?" }
            case .none: marks[column] = "x"
            }
        }
        return marks.contains { $0 != " " } ? String(marks) : nil
    }

    /// The part that was judged.
    private var judgedLine: String {
        let first = place(max(judged.lowerBound, span.lowerBound), parts: fieldColumns) ?? 0
        let last = place(min(judged.upperBound, span.upperBound), parts: fieldColumns) ?? fieldColumns - 1
        let mark = style.isUnicode ? "━" : "="
        let bar = String(repeating: mark, count: max(last - first + 1, 1))
        return String(repeating: " ", count: first) + bar
    }

    /// The bit of each dot of a braille cell, row by row (Unicode, 2800 to 28FF).
    private static let brailleBits: [UInt32] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
}

extension Double {
    /// The number at an axis: whole where that is enough.
    fileprivate var axisText: String {
        let tenths = (self * 10).rounded() / 10
        return tenths.shortText
    }
}

extension String {
    fileprivate var withoutTrailingSpaces: String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
