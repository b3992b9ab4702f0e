//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The page as lines of text.
struct SnapshotText: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        case text(String)
        case element(PageElement, ownText: String)
        case scroller(tag: String, name: String, above: Double, below: Double)
        case frame(String)
    }

    struct Line: Sendable, Hashable {
        var depth: Int
        var isShown: Bool
        /// How many windows it lies away from what the window shows, above (negative) or below.
        var distance = 0.0
        var content: Content
    }

    private let lines: [Line]
    private let isCut: Bool
    private let origin: String

    /// - Parameters:
    ///   - url: the page's address; of those that begin alike only the path is told.
    ///   - isCut: whether the page had more than is in the lines.
    init(_ lines: [Line], url: String = "", isCut: Bool = false) {
        self.lines = lines
        self.isCut = isCut
        origin = ElementLine.origin(of: url)
    }

    /// A text that is no longer than this tells all of a page.
    private static let shortText = 6000
    /// Texts are not cut shorter than this.
    private static let shortestCut = 200
    /// So few lines in a row are not worth a line that says that they are left out.
    private static let shortGap = 3

    /// All lines if they fit, else as many around those that the window shows as fit, with a line in place of the rest.
    ///
    /// - Parameter isNearWindow: whether of a long text only what lies within one window around the window is told.
    func text(limit: Int, isNearWindow: Bool = false) -> String {
        var written = lines.map(write)
        if written.reduce(0, { $0 + $1.count + 1 }) > limit {
            // A single long text must not leave room for nothing else.
            let longest = max(limit / 6, Self.shortestCut)
            written = written.map { $0.count > longest ? $0.prefix(longest) + "…" : $0 }
        }
        let kept = range(of: written.map { $0.count + 1 }, limit: limit)
        let length = written.reduce(0) { $0 + $1.count + 1 }
        let skips = isNearWindow && length > Self.shortText && lines.contains { abs($0.distance) <= 1 }
        var result: [String] = []
        if kept.lowerBound > 0 { result.append(omission(0..<kept.lowerBound, "above")) }
        var index = kept.lowerBound
        while index < kept.upperBound {
            var end = index
            while skips, end < kept.upperBound, abs(lines[end].distance) > 1 { end += 1 }
            if end - index > Self.shortGap {
                result.append(omission(index..<end, lines[index].distance < 0 ? "above" : "below"))
                index = end
            } else {
                result.append(written[index])
                index += 1
            }
        }
        if kept.upperBound < lines.count { result.append(omission(kept.upperBound..<lines.count, "below")) }
        if isCut { result.append("… the page has more than can be listed here …") }
        return result.joined(separator: "\n")
    }

    private func omission(_ range: Range<Int>, _ place: String) -> String {
        let count = lines[range].count { line in
            if case .element = line.content { true } else { false }
        }
        return "… \(range.count) lines \(place) with \(count) elements are left out …"
    }

    /// A text of the page's own, which must not look like the line of an element: `[1]<button />` becomes `(1)<button />`.
    static func guarded(_ text: String) -> String {
        guard text.contains("[") || text.contains("|") else { return text }
        var result = ""
        var rest = text[...]
        while let first = rest.first {
            if first == "[" {
                let digits = rest.dropFirst().prefix { $0.isNumber || $0.isWhitespace }
                if !digits.isEmpty, rest[digits.endIndex...].first == "]" {
                    result += "(\(digits))"
                    rest = rest[digits.endIndex...].dropFirst()
                    continue
                }
            }
            if first == "|",
                let mark = ["|SCROLL|", "|FRAME|"].first(where: { rest.prefix(8).uppercased().hasPrefix($0) })
            {
                result += "(\(mark.dropFirst().dropLast()))"
                rest = rest.dropFirst(mark.count)
                continue
            }
            result.append(first)
            rest = rest.dropFirst()
        }
        return result
    }

    private func range(of lengths: [Int], limit: Int) -> Range<Int> {
        if lengths.reduce(0, +) <= limit { return 0..<lengths.count }
        var lower = lines.firstIndex(where: \.isShown) ?? 0
        var upper = lower
        var length = 0
        // Downwards through what is shown, then further in both directions in turn.
        let lastShown = lines.lastIndex(where: \.isShown) ?? lower
        while upper <= lastShown, upper < lengths.count, length + lengths[upper] <= limit {
            length += lengths[upper]
            upper += 1
        }
        guard upper > lastShown else { return lower..<upper }
        while true {
            var grew = false
            if upper < lengths.count, length + lengths[upper] <= limit {
                length += lengths[upper]
                upper += 1
                grew = true
            }
            if lower > 0, length + lengths[lower - 1] <= limit {
                lower -= 1
                length += lengths[lower]
                grew = true
            }
            if !grew { return lower..<upper }
        }
    }

    private func write(_ line: Line) -> String {
        let indent = String(repeating: "\t", count: line.depth)
        switch line.content {
        case .text(let text): return indent + Self.guarded(text)
        case .frame(let name): return indent + "|FRAME|<iframe" + Self.attribute("title", name) + " />"
        case .scroller(let tag, let name, let above, let below):
            let place = "\(Self.rounded(above)) pages above, \(Self.rounded(below)) pages below"
            return indent + "|SCROLL|<\(tag)" + Self.attribute("aria-label", name) + " /> (\(place))"
        case .element(let element, let ownText):
            return indent + ElementLine(element, ownText: ownText, origin: origin).text
        }
    }

    static func attribute(_ name: String, _ value: String) -> String {
        value.isEmpty ? "" : " \(name)=\(guarded(value))"
    }

    private static func rounded(_ pages: Double) -> Double { (pages * 10).rounded() / 10 }
}
