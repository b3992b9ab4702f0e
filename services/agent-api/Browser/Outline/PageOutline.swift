//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging

/// What a page says and how it is arranged, for questions about it: the visible texts as a tree, with what the document
/// tells of their meaning.
package struct PageOutline: Sendable, Hashable {
    /// The tag in lower case; empty for a run of text.
    package var tag: String
    /// The role that is given by an attribute.
    package var role: String
    /// What the page's own names say of it: class, id, `itemprop`, `name`, `data-testid`.
    package var hints: [String]
    /// Its label: `aria-label`, or that of a field.
    package var label: String
    /// The text, where it has no parts; what a field holds or an image shows.
    package var text: String
    /// Its parts.
    package var children: [PageOutline]

    package init(
        tag: String = "",
        role: String = "",
        hints: [String] = [],
        label: String = "",
        text: String = "",
        children: [PageOutline] = []
    ) {
        self.tag = tag
        self.role = role
        self.hints = hints
        self.label = label
        self.text = text
        self.children = children
    }

    /// All of its text, the parts parted by spaces.
    package var fullText: String {
        if children.isEmpty { return text }
        return children.map(\.fullText).filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension Page {
    /// What the page says and how it is arranged, that of its frames behind it.
    ///
    /// What is not shown is left out, and so are closed shadow roots.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    package func outline(timeout: Duration = .seconds(10)) async throws -> PageOutline {
        let deadline = Deadline.after(timeout)
        var outline = PageOutline(tag: "page")
        for frame in framesInOrder() {
            do {
                let limit = frame == targetID ? deadline : deadline.capped(at: .seconds(2))
                let answer = try await evaluate("stepcast.outline()", in: frame, until: limit)
                if let part = PageOutline(answer) { outline.children.append(part) }
            } catch let error as BrowserError where frame != targetID {
                // A frame that is gone or busy says nothing; that the whole page is gone is found out here.
                if let failure = state.current.failure { throw failure }
                logger.debug("a frame is left out", metadata: ["reason": "\(error.message)"])
            }
        }
        return outline
    }
}

extension PageOutline {
    init?(_ value: DevToolsValue) {
        guard let tag = value["t"]?.string else { return nil }
        self.init(
            tag: tag,
            role: value["r"]?.string ?? "",
            hints: (value["h"]?.array ?? []).compactMap(\.string),
            label: value["l"]?.string ?? "",
            text: value["x"]?.string ?? "",
            children: (value["c"]?.array ?? []).compactMap { PageOutline($0) }
        )
    }
}
