//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A page as it was seen at one moment.
package struct PageView: Sendable, Hashable {
    /// The page's address.
    package var url: String
    /// The page's title.
    package var title: String
    /// The open tabs, the oldest first.
    package var tabs: [PageSnapshot.Tab]
    /// The id of the tab that is shown.
    package var currentTab: String
    /// The index of the node that has the focus.
    package var focused: Int?
    /// The text that is selected.
    package var selectedText: String
    /// How many windows of the page lie above what is shown.
    package var pagesAbove: Double
    /// How many windows of the page lie below what is shown.
    package var pagesBelow: Double
    /// The window, in CSS pixels.
    package var window: Box
    /// The last dialogs that the page has opened, with their answers, the oldest first.
    package var dialogs: [PageDialog]
    /// What the page shows, in the order of the document, frames and shadow trees in their places. A tree by
    /// ``PageNode/parent``.
    package var nodes: [PageNode]
    /// Whether the page had more than is listed.
    package var isCut: Bool

    package init(
        url: String,
        title: String = "",
        tabs: [PageSnapshot.Tab] = [],
        currentTab: String = "",
        focused: Int? = nil,
        selectedText: String = "",
        pagesAbove: Double = 0,
        pagesBelow: Double = 0,
        window: Box = Box(x: 0, y: 0, width: 0, height: 0),
        dialogs: [PageDialog] = [],
        nodes: [PageNode] = [],
        isCut: Bool = false
    ) {
        self.url = url
        self.title = title
        self.tabs = tabs
        self.currentTab = currentTab
        self.focused = focused
        self.selectedText = selectedText
        self.pagesAbove = pagesAbove
        self.pagesBelow = pagesBelow
        self.window = window
        self.dialogs = dialogs
        self.nodes = nodes
        self.isCut = isCut
    }

    /// The nodes that a node is in, from the nearest outwards.
    package func ancestors(of index: Int) -> [Int] {
        var found: [Int] = []
        var next = nodes[index].parent
        while let parent = next {
            found.append(parent)
            next = nodes[parent].parent
        }
        return found
    }
}
