//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// Checks or unchecks a check box, radio button or switch, if it is not so already.
    ///
    /// - Returns: what it is called.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``, and `elementNotReady` when it did not change.
    @discardableResult
    package func setChecked(
        _ element: some ElementTarget,
        to isOn: Bool,
        timeout: Duration = .seconds(10)
    ) async throws -> String {
        let deadline = Deadline.after(timeout)
        let box = try await locate(element, until: deadline)
        let script = "isChecked(\(box.key.number))"
        let isOnNow = try await look(script, at: box, until: deadline).bool
        if isOnNow == isOn { return box.label }
        let point = try await waitUntilReady(box, until: deadline)
        let before = mark()
        try await click(at: point, button: .left, count: 1, until: deadline)
        try await settle(since: before, in: box.frame, until: .after(.seconds(30)))
        let state = try? await look(script, at: box, until: .after(.seconds(5))).bool
        try Task.checkCancellation()
        // The click may have led to another page, where there is nothing to look at any more.
        if let state, state != isOn {
            throw BrowserError(
                .elementNotReady,
                "\"\(box.label)\" stayed \(isOn ? "unchecked" : "checked")",
                obstacle: .notHeld
            )
        }
        return box.label
    }

    /// Whether a box is on; `nil` where nothing says so.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func checkedState(of element: some ElementTarget, timeout: Duration = .seconds(5)) async throws -> Bool? {
        let deadline = Deadline.after(timeout)
        let box = try await locate(element, until: deadline)
        return try await look("isChecked(\(box.key.number))", at: box, until: deadline).bool
    }

    /// Whether something that unfolds is open; `nil` where nothing says so.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func expandedState(of element: some ElementTarget, timeout: Duration = .seconds(5)) async throws -> Bool? {
        let deadline = Deadline.after(timeout)
        let box = try await locate(element, until: deadline)
        return try await look("isExpanded(\(box.key.number))", at: box, until: deadline).bool
    }

    /// Whether a check box, radio button, switch or toggle button is on.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func isChecked(_ element: some ElementTarget, timeout: Duration = .seconds(5)) async throws -> Bool {
        let deadline = Deadline.after(timeout)
        let box = try await locate(element, until: deadline)
        return try await look("isChecked(\(box.key.number))", at: box, until: deadline).bool ?? false
    }

    /// An option of a list: by its text or else its value, and by what tells it from others of the same text.
    package struct ListChoice: Sendable, Hashable {
        package var name: String
        /// The label of its group.
        package var group: String?
        /// Which one of those that fit, from 1; -1 is the last.
        package var position: Int?

        package init(_ name: String, group: String? = nil, position: Int? = nil) {
            self.name = name
            self.group = group
            self.position = position
        }

        fileprivate var value: DevToolsValue {
            var members: [String: DevToolsValue] = ["name": .string(name)]
            if let group { members["group"] = .string(group) }
            if let position { members["position"] = .integer(Int64(position)) }
            return .object(members)
        }
    }

    /// What becomes of the options of a list that are chosen already: they give way, stay, or are those that are taken away.
    package enum ListMode: String, Sendable {
        case replace
        case add
        case remove
    }

    /// Clicks what opens and closes an element: itself, or its own line where others are inside it.
    ///
    /// - Returns: what the element is called.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``.
    @discardableResult
    package func clickToggle(
        of element: some ElementTarget,
        timeout: Duration = .seconds(10)
    ) async throws -> String {
        let deadline = Deadline.after(timeout)
        var toggle = try await locate(element, until: deadline)
        let number = try await look("toggleOf(\(toggle.key.number))", at: toggle, until: deadline).integer
        if let number, number != toggle.key.number {
            toggle.key.number = number
            toggle.meaning = nil
        }
        let point = try await waitUntilReady(toggle, until: deadline)
        let before = mark()
        try await click(at: point, button: .left, count: 1, until: deadline)
        try await settle(since: before, in: toggle.frame, until: .after(.seconds(30)))
        return toggle.label
    }

    /// Chooses options of a `select`, each by its text or else its value; case and spaces do not count. Of a list with
    /// several choices exactly these are chosen afterwards.
    ///
    /// - Returns: the texts of the chosen options and what the list is called.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``, and `elementNotFound` with the options that there are.
    @discardableResult
    package func select(
        _ options: [String],
        in element: some ElementTarget,
        timeout: Duration = .seconds(10)
    ) async throws -> (options: [String], list: String) {
        try await select(options.map { ListChoice($0) }, in: element, mode: .replace, timeout: timeout)
    }

    /// The same with options that are told apart by their group or place.
    @discardableResult
    package func select(
        _ choices: [ListChoice],
        in element: some ElementTarget,
        mode: ListMode,
        timeout: Duration = .seconds(10)
    ) async throws -> (options: [String], list: String) {
        let deadline = Deadline.after(timeout)
        let list = try await locate(element, until: deadline)
        let before = mark()
        let wanted = DevToolsValue.array(choices.map(\.value)).text
        let call = "choose(\(list.key.number), \(wanted), '\(mode.rawValue)')"
        let otherOptions = deadline.capped(at: .seconds(2))
        let chosen: [String] = try await retrying(until: deadline) { refuse in
            _ = try await waitUntilReady(list, wants: "edit", until: deadline)
            let answer = try await look(call, at: list, until: deadline)
            if let chosen = answer["chosen"]?.array {
                if answer["isSo"] == true { return chosen.compactMap(\.string) }
                let message = "\"\(list.label)\" did not keep what was chosen"
                throw BrowserError(.elementNotReady, message, obstacle: .notHeld)
            }
            if answer["gone"] == true { throw Self.gone("\"\(list.label)\"") }
            if let reason = answer["reason"]?.string {
                throw BrowserError(.elementNotReady, "\"\(list.label)\" cannot be used: \(reason)")
            }
            let known = (answer["options"]?.array ?? []).compactMap(\.string)
            let list = "\"\(list.label)\""
            let names = known.map { "\"\($0)\"" }.joined(separator: ", ")
            if let several = answer["ambiguous"]?.string {
                let message = "\(list) has several options \"\(several)\": \(names)"
                throw BrowserError(.elementNotFound, message, obstacle: .severalOptions(known))
            }
            let message = "\(list) has no option \"\(answer["missing"]?.string ?? "")\"; it has \(names)"
            refuse(BrowserError(.elementNotFound, message, obstacle: .noOption(among: known)))
            // Options come later, all of them or others in their place. An empty list is waited for longer.
            if !known.isEmpty, otherOptions.hasPassed {
                throw BrowserError(.elementNotFound, message, obstacle: .noOption(among: known))
            }
            return nil
        }
        try await settle(since: before, in: list.frame, until: .after(.seconds(30)))
        return (chosen, list.label)
    }

    /// The texts of a `select`'s options, in order.
    ///
    /// - Throws: as ``text(of:timeout:)``, and `elementNotReady` when it is no `select`.
    package func options(of element: some ElementTarget, timeout: Duration = .seconds(5)) async throws -> [String] {
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
        to element: some ElementTarget,
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
