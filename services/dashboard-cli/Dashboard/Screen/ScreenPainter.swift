//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Makes a terminal show lines, with as little as possible: what stands there already is not sent again.
struct ScreenPainter {
    private let style: Style
    private var shown: [String] = []
    private var size = ScreenSize(columns: 0, rows: 0)

    init(style: Style) {
        self.style = style
    }

    /// Nothing is known any more of what the terminal shows.
    mutating func forget() { shown = [] }

    /// What to send so that these lines are shown, one a row; what does not fit is cut.
    mutating func paint(_ lines: [ScreenLine], size: ScreenSize) -> String {
        var text = ""
        if size != self.size || shown.isEmpty {
            self.size = size
            shown = Array(repeating: "", count: size.rows)
            text += "\u{1b}[0m\u{1b}[2J"
        }
        for row in 0..<size.rows {
            let line = row < lines.count ? lines[row].cut(to: size.columns) : ScreenLine()
            let next = line.text(style)
            guard next != shown[row] else { continue }
            shown[row] = next
            text += "\u{1b}[\(row + 1);1H" + next
            // In the last column, this would erase the last character.
            if line.columns < size.columns { text += "\u{1b}[K" }
        }
        return text
    }
}
