//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Puts the documents of a page together into one tree: inner frames below the nodes of their elements.
struct ViewComposition {
    /// Where a document is in the page's window.
    private struct Place {
        var parent: Int?
        var x = 0.0
        var y = 0.0
        var scale = 1.0
        var isShown = true
    }

    private let looks: [String: Page.Look<FrameView>]
    private let main: String
    private let isNumbering: Bool
    private var open: Set<String> = []
    private(set) var nodes: [PageNode] = []
    private(set) var focused: Int?
    private(set) var isCut = false

    init(looks: [String: Page.Look<FrameView>], main: String, isNumbering: Bool) {
        self.looks = looks
        self.main = main
        self.isNumbering = isNumbering
    }

    mutating func compose(with registry: inout ElementRegistry) {
        add(main, Place(), &registry)
    }

    private mutating func add(_ id: String, _ place: Place, _ registry: inout ElementRegistry) {
        guard let look = looks[id], open.insert(id).inserted else { return }
        isCut = isCut || look.summary.isCut
        var indices: [Int: Int] = [:]
        for (position, entry) in look.content.entries.enumerated() {
            let key = ElementRegistry.Key(world: look.world, number: entry.number)
            guard let reference = registry.reference(of: key) else { continue }
            let index = nodes.count
            indices[position] = index
            let parent = entry.parent < 0 ? place.parent : indices[entry.parent] ?? place.parent
            nodes.append(placed(entry, reference, parent, in: place, &registry))
            // A field in a frame has the focus of the page when the frame has it.
            if entry.number == look.content.focused { focused = index }
            guard entry.origin.count == 3, let inner = registry.frame(shownBy: key) else { continue }
            if nodes[index].name.isEmpty { nodes[index].name = looks[inner]?.summary.title ?? "" }
            let content = Place(
                parent: index,
                x: place.x + entry.origin[0] * place.scale,
                y: place.y + entry.origin[1] * place.scale,
                scale: place.scale * entry.origin[2],
                isShown: place.isShown && entry.node.isInViewport
            )
            add(inner, content, &registry)
        }
    }

    private func placed(
        _ entry: FrameView.Entry,
        _ reference: ElementReference,
        _ parent: Int?,
        in place: Place,
        _ registry: inout ElementRegistry
    ) -> PageNode {
        var node = entry.node
        node.parent = parent
        node.reference = reference
        node.isNew = registry.isNew(reference)
        if node.isInteractive, isNumbering { node.index = registry.index(of: reference) }
        node.box.x = place.x + node.box.x * place.scale
        node.box.y = place.y + node.box.y * place.scale
        node.box.width *= place.scale
        node.box.height *= place.scale
        node.isInViewport = node.isInViewport && place.isShown
        return node
    }
}
