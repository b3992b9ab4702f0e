//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// Checks or unchecks a check box, radio button or switch, if it is not so already.
    ///
    /// - Returns: what it is called.
    /// - Throws: as ``click(_:button:count:timeout:)``, and `elementNotReady` when it did not change.
    @discardableResult
    package func setChecked(
        _ element: ElementReference,
        to isOn: Bool,
        timeout: Duration = .seconds(10)
    ) async throws -> String {
        let deadline = Deadline.after(timeout)
        let box = try await locate(element, until: deadline)
        let script = "isChecked(\(box.key.number))"
        if try await look(script, at: box, until: deadline).bool == isOn { return box.label }
        let point = try await waitUntilReady(box, until: deadline)
        let before = mark()
        try await click(at: point, button: .left, count: 1, until: deadline)
        try await settle(since: before, in: box.frame, until: .after(.seconds(30)))
        let state = try? await look(script, at: box, until: .after(.seconds(5))).bool
        try Task.checkCancellation()
        // The click may have led to another page, where there is nothing to look at any more.
        if let state, state != isOn {
            throw BrowserError(.elementNotReady, "\"\(box.label)\" stayed \(isOn ? "unchecked" : "checked")")
        }
        return box.label
    }

    /// Whether a check box, radio button, switch or toggle button is on.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func isChecked(_ element: ElementReference, timeout: Duration = .seconds(5)) async throws -> Bool {
        let deadline = Deadline.after(timeout)
        let box = try await locate(element, until: deadline)
        return try await look("isChecked(\(box.key.number))", at: box, until: deadline).bool ?? false
    }

    /// Chooses options of a `select`, each by its text or else its value; case and spaces do not count. Of a list with
    /// several choices exactly these are chosen afterwards.
    ///
    /// - Returns: the texts of the chosen options and what the list is called.
    /// - Throws: as ``click(_:button:count:timeout:)``, and `elementNotFound` with the options that there are.
    @discardableResult
    package func select(
        _ options: [String],
        in element: ElementReference,
        timeout: Duration = .seconds(10)
    ) async throws -> (options: [String], list: String) {
        let deadline = Deadline.after(timeout)
        let list = try await locate(element, until: deadline)
        let before = mark()
        let wanted = DevToolsValue.array(options.map { .string($0) }).text
        let chosen: [String] = try await retrying(until: deadline) { refuse in
            _ = try await waitUntilReady(list, wants: "edit", until: deadline)
            let answer = try await look("choose(\(list.key.number), \(wanted))", at: list, until: deadline)
            if let chosen = answer["chosen"]?.array { return chosen.compactMap(\.string) }
            if answer["gone"] == true { throw Self.gone("\"\(list.label)\"") }
            if let reason = answer["reason"]?.string {
                throw BrowserError(.elementNotReady, "\"\(list.label)\" cannot be used: \(reason)")
            }
            // Options may still be on their way.
            let missing = answer["missing"]?.string ?? ""
            let known = (answer["options"]?.array ?? []).compactMap(\.string).map { "\"\($0)\"" }
            let message = "\"\(list.label)\" has no option \"\(missing)\"; it has \(known.joined(separator: ", "))"
            refuse(BrowserError(.elementNotFound, message))
            // A list that has options is there; only an empty one may still be on its way.
            if !known.isEmpty { throw BrowserError(.elementNotFound, message) }
            return nil
        }
        try await settle(since: before, in: list.frame, until: .after(.seconds(30)))
        return (chosen, list.label)
    }

    /// The texts of a `select`'s options, in order.
    ///
    /// - Throws: as ``text(of:timeout:)``, and `elementNotReady` when it is no `select`.
    package func options(of element: ElementReference, timeout: Duration = .seconds(5)) async throws -> [String] {
        let deadline = Deadline.after(timeout)
        let list = try await locate(element, until: deadline)
        guard let options = try await look("options(\(list.key.number))", at: list, until: deadline).array else {
            throw BrowserError(.elementNotReady, "\"\(list.label)\" is no list to choose from")
        }
        return options.compactMap(\.string)
    }

    /// Puts files into a file field, also one that is not shown.
    ///
    /// - Parameter files: as in ``chooseFiles(_:timeout:)``.
    /// - Returns: what the field is called.
    /// - Throws: ``BrowserError``: `elementNotFound`; `fileNotAllowed`; `elementNotReady` when it is no file field or takes
    ///   only one file; or that the page is gone; `CancellationError`.
    @discardableResult
    package func upload(
        files: [String],
        to element: ElementReference,
        timeout: Duration = .seconds(10)
    ) async throws -> String {
        let deadline = Deadline.after(timeout)
        let field = try await locate(element, until: deadline)
        let paths = try uploadPaths(files)
        // The browser itself does not mind how many there are.
        let takesSeveral = try await look("takesSeveral(\(field.key.number))", at: field, until: deadline).bool ?? false
        guard takesSeveral || paths.count <= 1 else {
            throw BrowserError(.elementNotReady, "\"\(field.label)\" takes one file, not \(paths.count)")
        }
        let before = mark()
        do {
            _ = try await connection.call(
                "DOM.setFileInputFiles",
                [
                    "files": .array(paths.map { .string($0) }),
                    "backendNodeId": .integer(Int64(field.reference.backendNode)),
                ],
                session: field.key.world.session,
                until: deadline
            )
        } catch let error as BrowserError where error.code == .protocolError {
            throw BrowserError(.elementNotReady, "\"\(field.label)\" does not take the files: \(error.message)")
        }
        try await settle(since: before, in: field.frame, until: .after(.seconds(30)))
        return field.label
    }
}
