//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Puts the documents of a page together: inner frames in the places of their elements.
struct SnapshotComposition {
    /// Where a document is in the page's window.
    private struct Frame {
        var depth = 0
        var x = 0.0
        var y = 0.0
        var scale = 1.0
        var isShown = true
    }

    private let looks: [String: Page.Look<FrameSnapshot>]
    private let main: String
    private var open: Set<String> = []
    private(set) var lines: [SnapshotText.Line] = []
    private(set) var isCut = false

    var elements: [PageElement] {
        lines.compactMap { line in
            if case .element(let element, _) = line.content { element } else { nil }
        }
    }

    init(looks: [String: Page.Look<FrameSnapshot>], main: String) {
        self.looks = looks
        self.main = main
    }

    /// Numbers the elements and puts all lines in order.
    mutating func compose(with registry: inout ElementRegistry) {
        add(main, Frame(), &registry)
        registry.setListed(Set(elements.map(\.reference)))
    }

    private mutating func add(_ id: String, _ frame: Frame, _ registry: inout ElementRegistry) {
        guard let look = looks[id], open.insert(id).inserted else { return }
        isCut = isCut || look.summary.isCut
        for item in look.content.items {
            let depth = frame.depth + item.depth
            let isShown = frame.isShown && item.isShown
            switch item.content {
            case .text(let text):
                var line = SnapshotText.Line(depth: depth, isShown: isShown, content: .text(text))
                if let top = item.top, !isShown {
                    line.distance = distance(Box(x: 0, y: top, width: 1, height: 1), in: frame)
                }
                lines.append(line)
            case .scroller(let tag, let name, let above, let below):
                let content = SnapshotText.Content.scroller(tag: tag, name: name, above: above, below: below)
                lines.append(SnapshotText.Line(depth: depth, isShown: isShown, content: content))
            case .element(let entry):
                let key = ElementRegistry.Key(world: look.world, number: entry.number)
                guard let reference = registry.reference(of: key) else { continue }
                let element = placed(entry.element, reference, in: frame, depth: depth, &registry)
                let content = SnapshotText.Content.element(element, ownText: entry.ownText)
                var line = SnapshotText.Line(depth: depth, isShown: element.isInViewport, content: content)
                if !element.isInViewport { line.distance = distance(entry.element.box, in: frame) }
                lines.append(line)
            case .frame(let number, let x, let y, let scale, let name):
                let key = ElementRegistry.Key(world: look.world, number: number)
                let title =
                    name.isEmpty ? registry.frame(shownBy: key).flatMap { looks[$0]?.summary.title } ?? "" : name
                lines.append(SnapshotText.Line(depth: depth, isShown: isShown, content: .frame(title)))
                guard let inner = registry.frame(shownBy: key) else { continue }
                if looks[inner] == nil {
                    let content = SnapshotText.Content.text("(this frame does not answer)")
                    lines.append(SnapshotText.Line(depth: depth + 1, isShown: isShown, content: content))
                }
                let place = Frame(
                    depth: depth + 1,
                    x: frame.x + x * frame.scale,
                    y: frame.y + y * frame.scale,
                    scale: frame.scale * scale,
                    isShown: isShown
                )
                add(inner, place, &registry)
            }
        }
    }

    /// How many windows a box lies above (negative) or below what the window shows.
    private func distance(_ box: Box, in frame: Frame) -> Double {
        let height = max(looks[main]?.summary.window.height ?? 1, 1)
        let top = frame.y + box.y * frame.scale
        let bottom = top + box.height * frame.scale
        return bottom < 0 ? bottom / height : max(top - height, 0) / height
    }

    private func placed(
        _ element: PageElement,
        _ reference: ElementReference,
        in frame: Frame,
        depth: Int,
        _ registry: inout ElementRegistry
    ) -> PageElement {
        var element = element
        element.reference = reference
        element.isNew = registry.isNew(reference)
        element.index = registry.index(of: reference)
        element.depth = depth
        element.box.x = frame.x + element.box.x * frame.scale
        element.box.y = frame.y + element.box.y * frame.scale
        element.box.width *= frame.scale
        element.box.height *= frame.scale
        let window = looks[main]?.summary.window ?? element.box
        element.isInViewport = element.isInViewport && frame.isShown && element.box.meets(window)
        return element
    }
}

extension Box {
    /// Whether two rectangles have more than an edge in common.
    func meets(_ other: Box) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }
}
