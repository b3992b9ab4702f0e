//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What came of filling in a field.
package struct FilledField: Sendable, Hashable {
    /// What the field is called.
    package var label: String
    /// What it holds now, which pages sometimes write in their own way. Empty for passwords.
    package var value: String
    /// Whether it is a field for a password, whose text is not to be shown.
    package var isSecret: Bool
}

extension Page {
    /// Puts a text into a field, as if typed, and reads it back. Dates, times, colours and ranges are set in the form
    /// in which HTML has them: `2026-03-12`, `15:30`, `2026-03-12T15:30`, `2026-03`, `2026-W11`, `#ff8800`, a number.
    ///
    /// - Parameters:
    ///   - clearing: whether the text replaces what the field held; otherwise it is added at the end.
    ///   - settling: how far what that sets off is waited for.
    ///   - timeout: how long to wait for the field, and for it to hold the text.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``, and `elementNotReady` when the element is no field, does not
    ///   take that value, or does not hold it afterwards.
    @discardableResult
    package func fill(
        _ element: some ElementTarget,
        with text: String,
        clearing: Bool = true,
        settling: Settling = .painted,
        timeout: Duration = .seconds(10)
    ) async throws -> FilledField {
        let deadline = Deadline.after(timeout)
        let field = try await locate(element, until: deadline)
        // Only a short code is spread over boxes of one character each.
        let isCode =
            (2...12).contains(text.count) && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        let call = "fieldInfo(\(field.key.number), \(isCode ? text.count : 0))"
        let info = try await look(call, at: field, until: deadline)
        let isSecret = info["isSecret"] == true
        let boxes = (info["boxes"]?.array ?? []).compactMap(\.integer)
        let before = mark()
        let held = try await retrying(until: deadline) { refuse in
            _ = try await waitUntilReady(field, wants: "edit", until: deadline)
            let expected = clearing ? text : try await self.held(in: field, until: deadline) + text
            let held =
                boxes.isEmpty
                ? try await type(text, into: field, clearing: clearing, until: deadline)
                : try await type(text, intoBoxes: boxes, from: field, until: deadline)
            if Self.isHeld(expected, in: held) { return held }
            let holds = isSecret ? "something else" : "\"\(held)\""
            let error = BrowserError(
                .elementNotReady,
                "typed into \"\(field.label)\" but it then held \(holds)",
                obstacle: .notHeld
            )
            // To type it again would add it again.
            guard clearing else { throw error }
            refuse(error)
            return nil
        }
        try await settle(since: before, in: field.frame, settling, until: .after(.seconds(30)))
        return FilledField(label: field.label, value: isSecret ? "" : held, isSecret: isSecret)
    }

    /// Types a character into each box, key by key; most pages move on to the next one by themselves.
    private func type(
        _ text: String,
        intoBoxes boxes: [Int],
        from field: LocatedElement,
        until deadline: Deadline
    ) async throws -> String {
        for (box, character) in zip(boxes, text) {
            _ = try await look("focus(\(box), true)", at: field, until: deadline)
            try await typeKeys(String(character), until: deadline)
        }
        var held = ""
        for box in boxes { held += try await look("held(\(box))", at: field, until: deadline).string ?? "" }
        return held
    }

    /// Fields may write a text in their own way, such as with spaces in a card number; letters and digits must be the
    /// same.
    static func isHeld(_ text: String, in held: String) -> Bool {
        if held.replacing("\r\n", with: "\n") == text.replacing("\r\n", with: "\n") { return true }
        if let number = Double(text), let value = Double(held), number == value { return true }
        let essence = { (text: String) in text.lowercased().filter { $0.isLetter || $0.isNumber } }
        return !essence(text).isEmpty && essence(held) == essence(text)
    }

    private func held(in field: LocatedElement, until deadline: Deadline) async throws -> String {
        try await look("held(\(field.key.number))", at: field, until: deadline).string ?? ""
    }

    private func type(
        _ text: String,
        into field: LocatedElement,
        clearing: Bool,
        until deadline: Deadline
    ) async throws -> String {
        let number = field.key.number
        switch try await look("focus(\(number), \(clearing))", at: field, until: deadline).string {
        case "set":
            let literal = DevToolsValue.string(text).text
            let answer = try await look("setValue(\(number), \(literal))", at: field, until: deadline)
            if let kind = answer["refused"]?.string {
                throw Self.refused(text, by: field, kind: kind, range: answer["range"]?.string ?? "")
            }
            return answer["value"]?.string ?? ""
        case "none":
            throw BrowserError(.elementNotReady, "\"\(field.label)\" is no field to type into")
        case "selected" where text.isEmpty && clearing: try await dispatch(.named("Delete"), until: deadline)
        case let content where !text.isEmpty:
            guard text.count <= Self.longestKeyed, try await listensToKeys(field, until: deadline) else {
                _ = try await call("Input.insertText", ["text": .string(text)], until: deadline)
                break
            }
            // What listens to keys learns by a key too that what was there is gone.
            if clearing, content == "selected" { try await dispatch(.named("Backspace"), until: deadline) }
            try await typeKeys(text, until: deadline)
        default: break
        }
        return try await held(in: field, until: deadline)
    }

    /// The longest text that is typed key by key, in characters.
    private static let longestKeyed = 1000

    /// Whether anything on the page listens to the keys that are pressed in the field that has the focus. Where that cannot be
    /// told, it may be so.
    private func listensToKeys(_ field: LocatedElement, until deadline: Deadline) async throws -> Bool {
        let session = field.key.world.session ?? session
        // The page's own world knows of its listeners, and only the first frame of a process is asked for it.
        guard field.frame == targetID || field.key.world.session.map({ $0 != self.session }) == true else {
            return true
        }
        do {
            let answer = try await connection.call(
                "Runtime.evaluate",
                [
                    "expression": .string(Embedded.listeningToKeysJS), "includeCommandLineAPI": true,
                    "returnByValue": true, "timeout": 1000,
                ],
                session: session,
                until: deadline
            )
            return answer["result"]?["value"]?.bool ?? true
        } catch let error as BrowserError where error.code == .protocolError {
            return true
        }
    }

    private static func refused(_ text: String, by field: LocatedElement, kind: String, range: String) -> BrowserError {
        let wanted =
            switch kind {
            case "date": "a date such as 2026-03-12"
            case "time": "a time such as 15:30"
            case "datetime-local": "a date and time such as 2026-03-12T15:30"
            case "month": "a month such as 2026-03"
            case "week": "a week such as 2026-W11"
            case "color": "a colour such as #ff8800"
            default: "a number" + (range.isEmpty ? "" : " from \(range)")
            }
        return BrowserError(
            .elementNotReady,
            "\"\(field.label)\" does not take \"\(text)\": it wants \(wanted)",
            obstacle: .refusesValue
        )
    }

    /// Types a text wherever the cursor is, key by key, for pages that listen to keys.
    ///
    /// - Throws: ``BrowserError``: `timedOut`, or that the page is gone; `CancellationError`.
    package func type(_ text: String, timeout: Duration = .seconds(30)) async throws {
        let deadline = Deadline.after(timeout)
        let before = mark()
        try await typeKeys(text, until: deadline)
        try await settle(since: before, until: .after(.seconds(30)))
    }

    /// The browser takes keys in order, so only the last one is waited for.
    private func typeKeys(_ text: String, until deadline: Deadline) async throws {
        for (position, character) in text.enumerated() {
            let isLast = position == text.count - 1
            let stroke: KeyStroke? =
                character == "\n"
                ? .named("Enter") : character.isASCII ? try? KeyStroke(String(character)).typed : nil
            if let stroke {
                // The browser is not given more at once than it can take.
                if isLast || position % 50 == 49 {
                    try await dispatch(stroke, until: deadline)
                } else {
                    post(stroke)
                }
            } else {
                _ = try await call("Input.insertText", ["text": .string(String(character))], until: deadline)
            }
        }
    }
}
