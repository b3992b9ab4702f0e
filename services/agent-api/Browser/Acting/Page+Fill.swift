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
    /// - Throws: as ``click(_:button:count:timeout:)``, and `elementNotReady` when the element is no field, does not
    ///   take that value, or does not hold it afterwards.
    @discardableResult
    package func fill(
        _ element: ElementReference,
        with text: String,
        clearing: Bool = true,
        settling: Settling = .painted,
        timeout: Duration = .seconds(10)
    ) async throws -> FilledField {
        let deadline = Deadline.after(timeout)
        let field = try await locate(element, until: deadline)
        let isSecret = try await look("secret(\(field.key.number))", at: field, until: deadline).bool ?? false
        let before = mark()
        let held = try await retrying(until: deadline) { refuse in
            _ = try await waitUntilReady(field, wants: "edit", until: deadline)
            let expected = clearing ? text : try await self.held(in: field, until: deadline) + text
            let held = try await type(text, into: field, clearing: clearing, until: deadline)
            if Self.isHeld(expected, in: held) { return held }
            let holds = isSecret ? "something else" : "\"\(held)\""
            refuse(BrowserError(.elementNotReady, "typed into \"\(field.label)\" but it then held \(holds)"))
            return nil
        }
        try await settle(since: before, in: field.frame, settling, until: .after(.seconds(30)))
        return FilledField(label: field.label, value: isSecret ? "" : held, isSecret: isSecret)
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
        default:
            if !text.isEmpty { _ = try await call("Input.insertText", ["text": .string(text)], until: deadline) }
        }
        return try await held(in: field, until: deadline)
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
        return BrowserError(.elementNotReady, "\"\(field.label)\" does not take \"\(text)\": it wants \(wanted)")
    }

    /// Types a text wherever the cursor is, key by key, for pages that listen to keys.
    ///
    /// - Throws: ``BrowserError``: `timedOut`, or that the page is gone; `CancellationError`.
    package func type(_ text: String, timeout: Duration = .seconds(30)) async throws {
        let deadline = Deadline.after(timeout)
        let before = mark()
        for character in text {
            if character == "\n" {
                try await dispatch(.named("Enter"), until: deadline)
            } else if character.isASCII, let stroke = try? KeyStroke(String(character)) {
                try await dispatch(stroke, until: deadline)
            } else {
                _ = try await call("Input.insertText", ["text": .string(String(character))], until: deadline)
            }
        }
        try await settle(since: before, until: .after(.seconds(30)))
    }
}
