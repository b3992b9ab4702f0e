//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The page as lines of text.
struct SnapshotText: Sendable {
    enum Content: Sendable {
        case text(String)
        case element(PageElement, ownText: String)
        case scroller(tag: String, name: String, above: Double, below: Double)
        case frame(String)
    }

    struct Line: Sendable {
        var depth: Int
        var isShown: Bool
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

    /// All lines if they fit, else as many around those that the window shows as fit, with a line in place of the rest.
    func text(limit: Int) -> String {
        let written = lines.map(write)
        let kept = range(of: written.map { $0.count + 1 }, limit: limit)
        var result: [String] = []
        if kept.lowerBound > 0 { result.append(omission(0..<kept.lowerBound, "above")) }
        result += written[kept]
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
        case .text(let text): return indent + text
        case .frame(let name): return indent + "|FRAME|<iframe" + Self.attribute("title", name) + " />"
        case .scroller(let tag, let name, let above, let below):
            let place = "\(Self.rounded(above)) pages above, \(Self.rounded(below)) pages below"
            return indent + "|SCROLL|<\(tag)" + Self.attribute("aria-label", name) + " /> (\(place))"
        case .element(let element, let ownText):
            return indent + ElementLine(element, ownText: ownText, origin: origin).text
        }
    }

    static func attribute(_ name: String, _ value: String) -> String { value.isEmpty ? "" : " \(name)=\(value)" }

    private static func rounded(_ pages: Double) -> Double { (pages * 10).rounded() / 10 }
}
