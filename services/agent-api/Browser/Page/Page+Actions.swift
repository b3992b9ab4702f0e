//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// Clicks an element as a user would: waits until it is visible, enabled, still and not covered, scrolls it into
    /// view, then moves the mouse there and clicks; then waits until what that set off has ended.
    ///
    /// - Returns: what the element is called.
    /// - Throws: ``BrowserError``: `elementNotFound`, `elementNotReady` with the reason, or that the page is gone;
    ///   `CancellationError`.
    @discardableResult
    public func click(_ locator: Locator, timeout: Duration = .seconds(10)) async throws -> String {
        let deadline = Deadline.after(timeout)
        let (element, point) = try await waitUntilReady(locator, wants: "click", until: deadline)
        let before = mark()
        try await click(at: point, until: deadline)
        try await settle(since: before, until: .after(.seconds(30)))
        return element.label
    }

    /// Replaces the content of a field by a text, as if typed, and reads it back.
    ///
    /// - Returns: what the field is called, and whether it is one for passwords, whose text is not to be shown.
    /// - Throws: as ``click(_:timeout:)``, and `elementNotReady` when the field does not hold the text afterwards.
    @discardableResult
    public func fill(
        _ locator: Locator,
        with text: String,
        timeout: Duration = .seconds(10)
    ) async throws -> (label: String, isSecret: Bool) {
        let deadline = Deadline.after(timeout)
        let before = mark()
        let element: FoundElement = try await retrying(until: deadline) { refuse in
            guard let element = try await self.find(locator, until: deadline) else {
                refuse(self.notFound(locator))
                return nil
            }
            if let reason = try await self.notReady(element, wants: "edit", until: deadline) {
                refuse(reason)
                return nil
            }
            let held = try await self.type(text, into: element, until: deadline)
            guard Self.isSame(held, text) else {
                let holds = element.isSecret ? "something else" : "\"\(held)\""
                refuse(BrowserError(.elementNotReady, "typed into \"\(element.label)\" but it then held \(holds)"))
                return nil
            }
            return element
        }
        try await settle(since: before, until: .after(.seconds(30)))
        return (element.label, element.isSecret)
    }

    private static func isSame(_ held: String, _ text: String) -> Bool {
        held.replacing("\r\n", with: "\n") == text.replacing("\r\n", with: "\n")
    }

    private func type(_ text: String, into element: FoundElement, until deadline: Deadline) async throws -> String {
        let content = try await run("focus(\(element.token))", on: element, until: deadline).string
        let literal = String(decoding: DevToolsValue.string(text).encoded, as: UTF8.self)
        if content == "set" {
            return try await run("setValue(\(element.token), \(literal))", on: element, until: deadline).string ?? ""
        }
        if text.isEmpty {
            if content == "selected" { try await dispatch(.named("Delete"), until: deadline) }
        } else {
            _ = try await call("Input.insertText", ["text": .string(text)], until: deadline)
        }
        return try await run("value(\(element.token))", on: element, until: deadline).string ?? ""
    }

    /// Checks or unchecks a checkbox, radio button or switch.
    ///
    /// - Returns: what it is called.
    /// - Throws: as ``click(_:timeout:)``, and `elementNotReady` when it did not change.
    @discardableResult
    public func setChecked(_ locator: Locator, to isOn: Bool, timeout: Duration = .seconds(10)) async throws -> String {
        let deadline = Deadline.after(timeout)
        let (element, point) = try await waitUntilReady(locator, wants: "click", until: deadline)
        if try await run("isChecked(\(element.token))", on: element, until: deadline).bool == isOn {
            return element.label
        }
        let before = mark()
        try await click(at: point, until: deadline)
        let state = try? await run("isChecked(\(element.token))", on: element, until: deadline).bool
        try Task.checkCancellation()
        // The click may have led to another page, where there is nothing to look at any more.
        if let state, state != isOn {
            throw BrowserError(.elementNotReady, "\"\(element.label)\" stayed \(isOn ? "unchecked" : "checked")")
        }
        try await settle(since: before, until: .after(.seconds(30)))
        return element.label
    }

    /// Chooses an option of a list by its text.
    ///
    /// - Returns: the option's text and what the list is called.
    /// - Throws: as ``click(_:timeout:)``, and `elementNotFound` with the options that there are.
    @discardableResult
    public func select(
        _ option: String,
        in locator: Locator,
        timeout: Duration = .seconds(10)
    ) async throws -> (option: String, list: String) {
        let deadline = Deadline.after(timeout)
        let (element, _) = try await waitUntilReady(locator, wants: "select", until: deadline)
        let before = mark()
        let literal = String(decoding: DevToolsValue.string(option).encoded, as: UTF8.self)
        let answer = try await run("choose(\(element.token), \(literal))", on: element, until: deadline)
        guard let chosen = answer["chosen"]?.string else {
            let options = (answer["options"]?.array ?? []).compactMap(\.string).map { "\"\($0)\"" }.joined(
                separator: ", "
            )
            throw BrowserError(.elementNotFound, "\"\(element.label)\" has no option \"\(option)\"; it has \(options)")
        }
        try await settle(since: before, until: .after(.seconds(30)))
        return (chosen, element.label)
    }

    /// Presses a key, with modifiers if wanted: `Enter`, `Tab`, `Control+A`, `x`.
    ///
    /// - Throws: ``BrowserError``: `notSupported` for a key that is not known; as ``click(_:timeout:)``.
    public func press(_ key: String, timeout: Duration = .seconds(10)) async throws {
        let stroke = try KeyStroke(key)
        let deadline = Deadline.after(timeout)
        let before = mark()
        try await dispatch(stroke, until: deadline)
        try await settle(since: before, until: .after(.seconds(30)))
    }

    /// Waits until the page shows a text, in whatever frame; case and spaces do not count.
    ///
    /// - Throws: ``BrowserError``: `timedOut`, or that the page is gone; `CancellationError`.
    public func waitForText(_ text: String, timeout: Duration = .seconds(30)) async throws {
        let deadline = Deadline.after(timeout)
        let literal = String(decoding: DevToolsValue.string(text).encoded, as: UTF8.self)
        try await retrying(until: deadline) { refuse in
            refuse(BrowserError(.timedOut, "\"\(text)\" did not appear within \(timeout.formattedSeconds)"))
            for frame in self.framesInOrder() {
                guard let world = self.state.current.frames[frame]?.world else { continue }
                do {
                    let script = "stepcast.shows(\(literal))"
                    let answer = try await self.evaluate(script, in: world, byValue: true, until: deadline)
                    if answer["value"]?.bool == true { return () }
                } catch let error as BrowserError where error.meansDocumentIsGone || error.code == .pageClosed {
                    // A frame that is gone shows nothing; that the whole page is gone is found out below.
                    continue
                }
            }
            return nil
        }
    }

    /// The text of an element, or the value of a field.
    ///
    /// - Throws: ``BrowserError``: `elementNotFound`, or that the page is gone; `CancellationError`.
    public func read(_ locator: Locator, timeout: Duration = .seconds(5)) async throws -> String {
        let deadline = Deadline.after(timeout)
        return try await retrying(until: deadline) { refuse in
            if let element = try await self.find(locator, until: deadline) {
                let text = try await self.run("content(\(element.token))", on: element, until: deadline).string ?? ""
                if !text.isEmpty { return text }
            }
            refuse(self.notFound(locator))
            return nil
        }
    }

    /// What there is on the page at a glance.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    public func summary() async throws -> PageSummary {
        let answer = try await evaluate("stepcast.summary()", until: .after(.seconds(10)))
        return PageSummary(
            title: answer["title"]?.string ?? "",
            heading: answer["heading"]?.string ?? "",
            firstResult: answer["first"]?.string ?? ""
        )
    }

    /// Scrolls the page by almost one window: `up`, `down`, `left`, `right`, or to its `top` or `bottom`.
    ///
    /// - Returns: whether there was anything left to scroll.
    /// - Throws: ``BrowserError`` or `CancellationError`.
    @discardableResult
    public func scroll(_ direction: ScrollDirection) async throws -> Bool {
        let before = mark()
        let moved =
            try await evaluate("stepcast.scroll('\(direction.rawValue)')", until: .after(.seconds(10))).bool ?? false
        try await settle(since: before, until: .after(.seconds(30)))
        return moved
    }
}

/// What there is on a page at a glance. What is missing is empty.
public struct PageSummary: Sendable, Hashable {
    /// The document's title.
    public var title: String
    /// The first main heading.
    public var heading: String
    /// The text of the first link in the content, which on a page of search results is the first result.
    public var firstResult: String
}

/// Where to scroll.
public enum ScrollDirection: String, Sendable, CaseIterable {
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
