//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one document's script says of it.
struct FrameSnapshot: FrameContent {
    static let function = "snapshot"

    /// A listed element, its place in its own document's viewport.
    struct Entry: Sendable {
        var number: Int
        /// The element but for what is only known outside: its reference, index and place in the page.
        var element: PageElement
        /// Its text without that of the elements in it.
        var ownText: String
    }

    enum Content: Sendable {
        case text(String)
        case element(Entry)
        /// A box that scrolls, and how many of its heights lie above and below.
        case scroller(tag: String, name: String, above: Double, below: Double)
        /// A frame: the number of its element, where its content begins and how much larger it is drawn.
        case frame(number: Int, x: Double, y: Double, scale: Double, name: String)
    }

    struct Item: Sendable {
        var depth: Int
        var isShown: Bool
        /// The top edge of a text in its document's viewport, where that is known.
        var top: Double?
        var content: Content
    }

    var items: [Item]

    init(_ answer: DevToolsValue) throws(BrowserError) {
        guard let items = answer["items"]?.array else {
            throw BrowserError(.protocolError, "the page's script did not tell what is on the page")
        }
        let texts = (answer["texts"]?.array ?? []).map { $0.string ?? "" }
        self.items = items.compactMap { Self.item($0, texts: texts) }
    }

    private static func item(_ value: DevToolsValue, texts: [String]) -> Item? {
        guard let parts = value.array, parts.count > 2, let kind = parts[0].string, let depth = parts[1].integer else {
            return nil
        }
        switch (kind, parts.count) {
        case ("t", 5):
            return Item(
                depth: depth,
                isShown: parts[3] == 1,
                top: parts[4].number,
                content: .text(parts[2].string ?? "")
            )
        case ("e", 3):
            guard let entry = entry(parts[2], depth: depth, texts: texts) else { return nil }
            return Item(depth: depth, isShown: entry.element.isInViewport, content: .element(entry))
        case ("s", 6):
            let content = Content.scroller(
                tag: parts[2].string ?? "div",
                name: parts[3].string ?? "",
                above: parts[4].number ?? 0,
                below: parts[5].number ?? 0
            )
            return Item(depth: depth, isShown: false, content: content)
        case ("f", 6):
            let origin = FrameSummary.numbers(parts[4])
            guard let number = parts[2].integer, origin.count == 3 else { return nil }
            let content = Content.frame(
                number: number,
                x: origin[0],
                y: origin[1],
                scale: origin[2],
                name: parts[5].string ?? ""
            )
            return Item(depth: depth, isShown: parts[3] == 1, content: content)
        default: return nil
        }
    }

    private static func entry(_ value: DevToolsValue, depth: Int, texts: [String]) -> Entry? {
        guard let number = value["i"]?.integer else { return nil }
        let box = FrameSummary.numbers(value["b"])
        guard box.count == 4 else { return nil }
        let element = PageElement(
            index: 0,
            reference: ElementReference(session: "", backendNode: 0),
            tag: value["t"]?.string ?? "",
            role: value["r"]?.string ?? "",
            name: value["n"]?.string ?? "",
            attributes: (value["a"]?.object ?? [:]).compactMapValues(\.string),
            value: value["v"]?.string ?? "",
            options: (value["o"]?.array ?? []).compactMap(\.string),
            isChecked: value["c"]?.bool,
            isExpanded: value["e"]?.bool,
            isSelected: value["s"]?.bool,
            isDisabled: value["d"]?.bool ?? false,
            isInViewport: value["in"]?.bool ?? false,
            depth: depth,
            box: Box(x: box[0], y: box[1], width: box[2], height: box[3]),
            item: value["g"]?.integer.flatMap { texts.indices.contains($0) ? texts[$0] : nil } ?? "",
            surroundings: (value["u"]?.array ?? []).compactMap(\.integer)
                .compactMap { texts.indices.contains($0) ? texts[$0] : nil }
        )
        return Entry(number: number, element: element, ownText: value["x"]?.string ?? "")
    }
}
