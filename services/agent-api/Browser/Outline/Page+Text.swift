//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// Whether the main frame shows a text that is exactly this, not a part of a longer one; case and spaces do not count.
    ///
    /// - Throws: ``BrowserError``: that the page is gone; `CancellationError`.
    package func shows(exactly text: String, timeout: Duration = .seconds(5)) async throws -> Bool {
        let script = "stepcast.showsExactly(\(DevToolsValue.string(text).text))"
        return try await evaluate(script, until: .after(timeout)).bool ?? false
    }

    /// Clicks a text that is no control: the first place in the main frame where exactly this text is shown; case and
    /// spaces do not count.
    ///
    /// - Parameters:
    ///   - count: 2 for a double click.
    ///   - timeout: how long the click may take; the text is not waited for.
    /// - Returns: whether there is such a text, and the mouse reaches it.
    /// - Throws: ``BrowserError``: that the page is gone; `CancellationError`.
    package func click(text: String, count: Int = 1, timeout: Duration = .seconds(10)) async throws -> Bool {
        let deadline = Deadline.after(timeout)
        let script = "stepcast.pointOf(\(DevToolsValue.string(text).text))"
        guard let place = try await evaluate(script, until: deadline).array, place.count == 2, let x = place[0].number,
            let y = place[1].number
        else { return false }
        let before = mark()
        try await click(at: PagePoint(x: x, y: y), button: .left, count: count, until: deadline)
        try await settle(since: before, until: .after(.seconds(30)))
        return true
    }
}
