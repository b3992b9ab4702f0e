//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A page at one moment, as a planner or a model looks at it.
package struct PageSnapshot: Sendable, Hashable {
    /// A tab of the run's browser.
    package struct Tab: Sendable, Hashable {
        /// The last four characters of the target's id, which name the tab.
        package var id: String
        /// Its address.
        package var url: String
        package var title: String

        package init(id: String, url: String, title: String) {
            self.id = id
            self.url = url
            self.title = title
        }
    }

    /// The page's address.
    package var url: String
    /// The page's title.
    package var title: String
    /// The open tabs, the oldest first.
    package var tabs: [Tab]
    package var currentTab: String
    /// The interactive elements that a person could use now or after scrolling, in the order of the document, frames
    /// and shadow trees in their place.
    package var elements: [PageElement]
    /// The page as text: one line an element, `[33]<button type=submit />Save`, plain text between them, nesting by
    /// tabs, `*[33]` for what is new, `|FRAME|` before what is in a frame and `|SCROLL|` before what is in a box that
    /// scrolls; capped in size, with a line in place of what is left out.
    package var text: String
    /// All lines, of which the text may have left out some.
    var lines: SnapshotText?
    /// How many pages of the window's height lie above what is shown.
    package var pagesAbove: Double
    /// How many pages of the window's height lie below what is shown.
    package var pagesBelow: Double

    package init(
        url: String,
        title: String,
        tabs: [Tab] = [],
        currentTab: String = "",
        elements: [PageElement],
        text: String = "",
        pagesAbove: Double = 0,
        pagesBelow: Double = 0
    ) {
        self.url = url
        self.title = title
        self.tabs = tabs
        self.currentTab = currentTab
        self.elements = elements
        self.text = text
        self.pagesAbove = pagesAbove
        self.pagesBelow = pagesBelow
    }

    /// The page as a shorter text: what is cut lies farthest from what the window shows.
    ///
    /// - Parameter limit: in characters.
    package func text(limit: Int) -> String {
        guard text.count > limit else { return text }
        return lines?.text(limit: limit, isNearWindow: true) ?? String(text.prefix(limit))
    }
}
