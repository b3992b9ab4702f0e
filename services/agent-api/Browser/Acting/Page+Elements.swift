//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// The text of an element as it is shown, or what a field holds; nothing of a password.
    ///
    /// - Throws: ``BrowserError``: `elementNotFound` when it is gone, or that the page is gone; `CancellationError`.
    package func text(of element: some ElementTarget, timeout: Duration = .seconds(5)) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let content = try await look("content(\(element.key.number))", at: element, until: deadline)
        guard let text = content.string else { throw Self.gone("\"\(element.label)\"") }
        return text
    }

    /// What a field holds, letter by letter, also one for passwords: not for logs.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func value(of element: some ElementTarget, timeout: Duration = .seconds(5)) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        return try await look("held(\(element.key.number))", at: element, until: deadline).string ?? ""
    }

    /// Puts the cursor into a field, behind what it holds, or the focus on another element.
    ///
    /// - Returns: what the element is called.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``.
    @discardableResult
    package func focus(_ element: some ElementTarget, timeout: Duration = .seconds(10)) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let before = mark()
        _ = try await look("focus(\(element.key.number), false)", at: element, until: deadline)
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
        return element.label
    }

    /// Scrolls, the page and every box around it, until an element is in the window.
    ///
    /// - Returns: what the element is called.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``, but it may be covered or disabled.
    @discardableResult
    package func scrollIntoView(_ element: some ElementTarget, timeout: Duration = .seconds(10)) async throws -> String
    {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let before = mark()
        try await retrying(until: deadline) { refuse in
            let answer = try await look(
                "reveal(\(element.key.number), \(element.wanted))",
                at: element,
                until: deadline
            )
            if answer["gone"] == true { throw Self.gone("\"\(element.label)\"") }
            if let other = answer["changed"]?.string { throw Self.changed(element, other) }
            guard let reason = answer["reason"]?.string else { return () }
            refuse(BrowserError(.elementNotReady, "cannot scroll to \"\(element.label)\": \(reason)"))
            return nil
        }
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
        return element.label
    }

    /// Scrolls the box in which an element is, or the page where it is in none, by so many times almost its height, or to an end.
    ///
    /// - Returns: whether there was anything left to scroll.
    /// - Throws: as ``text(of:timeout:)``.
    @discardableResult
    package func scroll(
        _ direction: ScrollDirection,
        pages: Double = 1,
        around element: some ElementTarget,
        timeout: Duration = .seconds(10)
    ) async throws -> Bool {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let before = mark()
        let script = "scroll('\(direction.rawValue)', \(element.key.number), \(pages))"
        let answer = try await look(script, at: element, until: deadline)
        guard let hasMoved = answer.bool else { throw Self.gone("\"\(element.label)\"") }
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
        return hasMoved
    }

    /// Scrolls to the first place where a text is shown, in whatever frame; case and spaces do not count.
    ///
    /// - Returns: whether it is shown anywhere now; it is not waited for.
    /// - Throws: ``BrowserError``: that the page is gone; `CancellationError`.
    package func findText(_ text: String, timeout: Duration = .seconds(10)) async throws -> Bool {
        let deadline = Deadline.after(timeout)
        let literal = DevToolsValue.string(text).text
        for frame in framesInOrder() {
            guard let world = state.current.frames[frame]?.world else { continue }
            do {
                let script = "look.findText(\(literal))"
                let answer = try await evaluate(script, in: world, byValue: true, until: deadline)
                guard answer["value"]?.bool == true else { continue }
                let before = mark()
                try await settle(since: before, in: frame, until: .after(.seconds(30)))
                return true
            } catch let error as BrowserError where error.meansDocumentIsGone || error.code == .pageClosed {
                if let failure = state.current.failure { throw failure }
            }
        }
        return false
    }
}
