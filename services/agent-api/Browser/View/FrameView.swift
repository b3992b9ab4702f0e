//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one document's script tells of all that it shows.
struct FrameView: FrameContent {
    static let function = "survey"

    /// A node, its place in its own document's viewport.
    struct Entry: Sendable {
        var number: Int
        /// The index of the entry that it is in; -1 for none.
        var parent: Int
        /// The node but for what is only known outside: its reference, number and place in the page.
        var node: PageNode
        /// Of a frame: where its content begins and how much larger it is drawn.
        var origin: [Double]
    }

    var entries: [Entry]
    /// The number of the element that has the focus; 0 where there is none.
    var focused: Int
    var selectedText: String

    init(_ answer: DevToolsValue) throws(BrowserError) {
        guard let list = answer["list"]?.array else {
            throw BrowserError(.protocolError, "the page's script did not tell what the page shows")
        }
        focused = answer["focus"]?.integer ?? 0
        selectedText = answer["selection"]?.string ?? ""
        entries = list.map(Self.entry)
    }

    private static func entry(_ value: DevToolsValue) -> Entry {
        func text(_ key: String) -> String { value[key]?.string ?? "" }
        func flag(_ key: String) -> Bool { value[key] == 1 }
        let usable = value["u"]?.integer ?? 0
        var node = PageNode(reference: ElementReference(session: "", backendNode: 0))
        node.tag = text("t")
        node.role = text("r")
        node.name = text("n")
        node.labelNear = text("ln")
        node.hints = (value["h"]?.array ?? []).compactMap(\.string)
        node.text = text("x")
        node.isInteractive = usable > 0
        node.isEditable = flag("ed")
        node.inputType = text("it")
        node.value = text("v")
        node.isPassword = flag("pw")
        node.placeholder = text("ph")
        node.minimum = text("mn")
        node.maximum = text("mx")
        node.step = text("st")
        node.options = (value["o"]?.array ?? []).compactMap(option)
        node.isChecked = value["c"]?.bool
        node.isExpanded = value["e"]?.bool
        node.isSelected = value["s"]?.bool
        node.isPressed = value["pr"]?.bool
        node.isDisabled = flag("d")
        node.isReadOnly = flag("ro")
        node.isRequired = flag("rq")
        node.isMultiple = flag("mu")
        node.hasPopup = flag("pp")
        node.level = value["l"]?.integer ?? 0
        node.row = value["rw"]?.integer
        node.column = value["cl"]?.integer
        node.shape = text("sh")
        node.color = text("co")
        node.size = value["sz"]?.number
        node.isListening = flag("li")
        node.isDraggable = flag("dr")
        node.isRepeated = flag("rp")
        node.scrolls = flag("sc")
        node.canScrollUp = flag("su")
        node.canScrollDown = flag("sd")
        node.isInViewport = flag("in")
        node.isCovered = flag("cv")
        node.href = text("a")
        let box = FrameSummary.numbers(value["b"])
        if box.count == 4 { node.box = Box(x: box[0], y: box[1], width: box[2], height: box[3]) }
        return Entry(
            number: value["i"]?.integer ?? 0,
            parent: value["p"]?.integer ?? -1,
            node: node,
            origin: FrameSummary.numbers(value["fo"])
        )
    }

    private static func option(_ value: DevToolsValue) -> PageOption? {
        guard let parts = value.array, parts.count == 5 else { return nil }
        return PageOption(
            label: parts[0].string ?? "",
            value: parts[1].string ?? "",
            group: parts[2].string ?? "",
            isSelected: parts[3] == 1,
            isDisabled: parts[4] == 1
        )
    }
}
