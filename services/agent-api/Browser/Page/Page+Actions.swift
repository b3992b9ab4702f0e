//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// Presses a key, with modifiers if wanted: `Enter`, `Tab`, `Control+A`, `x`.
    ///
    /// - Throws: ``BrowserError``: `notSupported` for a key that is not known; as ``click(_:button:count:modifiers:at:timeout:)``.
    package func press(_ key: String, timeout: Duration = .seconds(10)) async throws {
        let stroke = try KeyStroke(key)
        let deadline = Deadline.after(timeout)
        let before = mark()
        try await dispatch(stroke, until: deadline)
        try await settle(since: before, until: .after(.seconds(30)))
    }

    /// Waits until the page shows a text, in whatever frame; case and spaces do not count.
    ///
    /// - Throws: ``BrowserError``: `timedOut`, or that the page is gone; `CancellationError`.
    package func waitForText(_ text: String, timeout: Duration = .seconds(30)) async throws {
        let deadline = Deadline.after(timeout)
        let literal = DevToolsValue.string(text).text
        try await retrying(until: deadline) { refuse in
            refuse(BrowserError(.timedOut, "\"\(text)\" did not appear within \(timeout.formattedSeconds)"))
            for frame in framesInOrder() {
                guard let world = state.current.frames[frame]?.world else { continue }
                do {
                    let script = "stepcast.shows(\(literal))"
                    let answer = try await evaluate(script, in: world, byValue: true, until: deadline)
                    if answer["value"]?.bool == true { return () }
                } catch let error as BrowserError where error.meansDocumentIsGone || error.code == .pageClosed {
                    // A frame that is gone shows nothing; that the whole page is gone is found out below.
                    continue
                }
            }
            return nil
        }
    }

    /// What there is on the page at a glance.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    package func summary() async throws -> PageSummary {
        let answer = try await evaluate("stepcast.summary()", until: .after(.seconds(10)))
        return PageSummary(
            title: answer["title"]?.string ?? "",
            heading: answer["heading"]?.string ?? "",
            firstResult: answer["first"]?.string ?? ""
        )
    }

    /// Scrolls the page by so many times almost one window, `up`, `down`, `left` or `right`, or to its `top` or `bottom`; where the
    /// page does not scroll, the largest box in its window that does.
    ///
    /// - Returns: whether there was anything left to scroll.
    /// - Throws: ``BrowserError`` or `CancellationError`.
    @discardableResult
    package func scroll(_ direction: ScrollDirection, pages: Double = 1) async throws -> Bool {
        let before = mark()
        let script = "look.scroll('\(direction.rawValue)', null, \(pages))"
        let moved = try await evaluate(script, until: .after(.seconds(10))).bool ?? false
        try await settle(since: before, until: .after(.seconds(30)))
        return moved
    }
}

/// What there is on a page at a glance. What is missing is empty.
package struct PageSummary: Sendable, Hashable {
    /// The document's title.
    package var title: String
    /// The first main heading.
    package var heading: String
    /// The text of the first link in the content, which on a page of search results is the first result.
    package var firstResult: String
}

package enum ScrollDirection: String, Sendable, CaseIterable {
    /// One window up.
    case up
    /// One window down.
    case down
    /// One window to the left.
    case left
    /// One window to the right.
    case right
    /// To the page's beginning.
    case top
    /// To the page's end.
    case bottom
}
