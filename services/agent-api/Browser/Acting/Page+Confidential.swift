//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a page may be given only in some places, such as a password.
///
/// It is asked for with the origins of the document that holds the element and of those around it, from the inside out, as
/// the browser serializes them (`https://example.com`, `null`), and thrown for in others. The document that gets it is the
/// one that was asked about: it compares its origins again in the turn of its event loop in which the text goes in.
package typealias ConfidentialText = @Sendable (_ origins: [String]) throws -> String

extension Page {
    /// Puts a confidential text into a field, as ``fill(_:with:clearing:settling:timeout:)`` does, and never says what it is.
    ///
    /// - Returns: the field, its value empty and called secret.
    /// - Throws: what the closure throws; else as ``fill(_:with:clearing:settling:timeout:)``.
    @discardableResult
    package func fill(
        _ element: some ElementTarget,
        withConfidential text: ConfidentialText,
        clearing: Bool = true,
        timeout: Duration = .seconds(10)
    ) async throws -> FilledField {
        let deadline = Deadline.after(timeout)
        let field = try await locate(element, until: deadline)
        let before = mark()
        try await retrying(until: deadline) { refuse in
            _ = try await waitUntilReady(field, wants: "edit", until: deadline)
            let (origins, literal, wanted) = try await self.confidential(text, for: field, until: deadline)
            let earlier =
                clearing ? "" : try await look("held(\(field.key.number))", at: field, until: deadline).string
            let call = "enterConfidential(\(field.key.number), \(literal), \(clearing), \(wanted))"
            let answer = try await look(call, at: field, until: deadline)
            if answer["gone"] == true { throw Self.gone("\"\(field.label)\"") }
            if answer["moved"] != nil { throw Self.moved(field.label, from: origins) }
            if let reason = answer["reason"]?.string {
                throw BrowserError(.elementNotReady, "\"\(field.label)\" cannot be used: \(reason)")
            }
            let held = try await look("held(\(field.key.number))", at: field, until: deadline).string ?? ""
            if Self.isHeld((earlier ?? "") + (try text(origins)), in: held) { return () }
            refuse(BrowserError(.elementNotReady, "typed into \"\(field.label)\" but it then held something else"))
            return clearing ? nil : ()
        }
        try await settle(since: before, in: field.frame, until: .after(.seconds(30)))
        return FilledField(label: field.label, value: "", isSecret: true)
    }

    /// Chooses an option of a `select` by a confidential text.
    ///
    /// - Returns: what the list is called.
    /// - Throws: what the closure throws; else as ``select(_:in:timeout:)``, without the options.
    @discardableResult
    package func select(
        confidential text: ConfidentialText,
        in element: some ElementTarget,
        timeout: Duration = .seconds(10)
    ) async throws -> String {
        let deadline = Deadline.after(timeout)
        let list = try await locate(element, until: deadline)
        let before = mark()
        _ = try await waitUntilReady(list, wants: "edit", until: deadline)
        // A document keeps its origin, so what was asked about is what is acted on.
        let (_, literal, _) = try await confidential(text, for: list, until: deadline)
        let answer = try await look(
            "choose(\(list.key.number), [{name: \(literal)}], 'replace')",
            at: list,
            until: deadline
        )
        if answer["gone"] == true { throw Self.gone("\"\(list.label)\"") }
        guard answer["chosen"]?.array != nil else {
            let reason = answer["reason"]?.string ?? "it has no such option"
            throw BrowserError(.elementNotReady, "\"\(list.label)\" cannot be used: \(reason)")
        }
        try await settle(since: before, in: list.frame, until: .after(.seconds(30)))
        return list.label
    }

    /// Types a confidential text into the field that has the cursor.
    ///
    /// - Throws: what the closure throws; `elementNotReady` when the cursor is in no field; or that the page is gone;
    ///   `CancellationError`.
    package func type(confidential text: ConfidentialText, timeout: Duration = .seconds(10)) async throws {
        let deadline = Deadline.after(timeout)
        let before = mark()
        guard let (frame, world) = try await frameWithCursor(until: deadline) else {
            throw BrowserError(.elementNotReady, "the cursor is in no field to type into; click one, or use its number")
        }
        let origins = try await origins(of: world, until: deadline)
        let literal = DevToolsValue.string(try text(origins)).text
        let wanted = DevToolsValue.array(origins.map { .string($0) }).text
        let script = "look.enterAtCursor(\(literal), \(wanted))"
        let answer = try await evaluate(script, in: world, byValue: true, until: deadline)["value"] ?? .null
        if answer["moved"] != nil { throw Self.moved("the field", from: origins) }
        if let reason = answer["reason"]?.string { throw BrowserError(.elementNotReady, reason) }
        try await settle(since: before, in: frame, until: .after(.seconds(30)))
    }

    /// All texts that the page shows, and those that its fields hold, in all frames; passwords in their own fields are
    /// not shown.
    ///
    /// - Throws: ``BrowserError``: also when a frame does not answer: what it shows is not known then; `CancellationError`.
    package func shownTexts(timeout: Duration = .seconds(5)) async throws -> String {
        let deadline = Deadline.after(timeout)
        var texts: [String] = []
        for frame in framesInOrder() {
            texts.append(try await evaluate("look.heldTexts()", in: frame, until: deadline).string ?? "")
        }
        return texts.joined(separator: "\n")
    }

    // MARK: Where it goes

    /// The text, for the document that the element is in, and the origins that it was given for, as literals.
    private func confidential(
        _ text: ConfidentialText,
        for element: LocatedElement,
        until deadline: Deadline
    ) async throws -> (origins: [String], literal: String, wanted: String) {
        let origins = try await origins(of: element.key.world, until: deadline)
        let literal = DevToolsValue.string(try text(origins)).text
        return (origins, literal, DevToolsValue.array(origins.map { .string($0) }).text)
    }

    private func origins(of world: PageState.World, until deadline: Deadline) async throws -> [String] {
        let answer = try await evaluate("look.origins()", in: world, byValue: true, until: deadline)
        return (answer["value"]?.array ?? []).compactMap(\.string)
    }

    /// The frame in whose field the cursor is.
    private func frameWithCursor(until deadline: Deadline) async throws -> (frame: String, world: PageState.World)? {
        var candidates: Set<String> = [targetID]
        while !candidates.isEmpty {
            var inner: Set<String> = []
            for frame in framesInOrder() where candidates.contains(frame) {
                guard let world = state.current.frames[frame]?.world else { continue }
                let answer = try await evaluate("look.cursor()", in: world, byValue: true, until: deadline)
                switch answer["value"]?.string {
                case "field": return (frame, world)
                case "frame": inner.formUnion(state.current.frames.filter { $0.value.parent == frame }.keys)
                default: break
                }
            }
            candidates = inner
        }
        return nil
    }

    private static func moved(_ label: String, from origins: [String]) -> BrowserError {
        BrowserError(
            .elementNotFound,
            "\"\(label)\" is no longer on \(origins.last ?? "the page"); nothing was typed; look at the page again"
        )
    }
}
