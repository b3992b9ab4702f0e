//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A line on a screen: pieces of text, each in one tint.
struct ScreenLine: Hashable, Sendable {
    struct Piece: Hashable, Sendable {
        var text: String
        var tint: Style.Tint?
    }

    private(set) var pieces: [Piece] = []

    /// Whether it is the one that keys are about. It is shown in reverse.
    var isSelected = false

    init(_ text: String = "", _ tint: Style.Tint? = nil) {
        append(text, tint)
    }

    /// - Parameter text: What is foreign in it has to be harmless, see ``TerminalText/singleLine(_:)``.
    mutating func append(_ text: String, _ tint: Style.Tint? = nil) {
        if !text.isEmpty { pieces.append(Piece(text: text, tint: tint)) }
    }

    /// The text alone.
    var plain: String { pieces.map(\.text).joined() }

    var columns: Int { pieces.reduce(0) { $0 + TextWidth.columns($1.text) } }

    /// The line with spaces up to a width.
    func padded(to width: Int) -> ScreenLine {
        var line = self
        line.append(String(repeating: " ", count: max(0, width - columns)))
        return line
    }

    /// The line, with an ellipsis where it is cut to fit into a width.
    func cut(to width: Int) -> ScreenLine {
        guard columns > width else { return self }
        var line = ScreenLine()
        line.isSelected = isSelected
        guard width > 0 else { return line }
        var space = width - 1
        for piece in pieces {
            let columns = TextWidth.columns(piece.text)
            guard columns > space else {
                line.append(piece.text, piece.tint)
                space -= columns
                continue
            }
            line.append(TextWidth.prefix(piece.text, columns: space) + "…", piece.tint)
            break
        }
        return line
    }

    /// What a terminal is sent to show it.
    func text(_ style: Style) -> String {
        if isSelected { return style(.reverse, plain) }
        return pieces.map { piece in piece.tint.map { style($0, piece.text) } ?? piece.text }.joined()
    }
}
