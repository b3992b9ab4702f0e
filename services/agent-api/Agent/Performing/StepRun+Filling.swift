//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions
import Secrets

extension StepRun {
    /// Types into the search field and sends it.
    func search(_ text: String, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        try secrets.refuse(in: secrets.mask.masked(text), of: instruction.name)
        let field: PageElement? = try await looking(at: page) { index, isPatient in
            let fields = index.entries.filter {
                Kinds.isField($0.element) && !$0.element.isDisabled && $0.element.attributes["readonly"] == nil
            }
            func names(_ entry: SnapshotIndex.Entry) -> Bool {
                entry.names.contains { $0.words.list.contains("search") || $0.words.joined == "q" }
            }
            let best =
                fields.first { $0.element.role == "searchbox" || $0.element.attributes["type"] == "search" }
                ?? fields.first(where: names)
                ?? fields.first {
                    $0.surroundings.contains { $0.list.contains("search") }
                        && $0.element.attributes["type"] != "password" && fields.count == 1
                }
            return best?.element
        }
        guard let field else { throw BrowserError(.elementNotFound, "no search field on \(page.url)") }
        let filled = try await page.fill(field.reference, with: text, timeout: readiness)
        await tell(.acted(.typed(text, into: .plain(filled.label))), url: page.url)
        try await page.press("Enter", timeout: deadline.remaining)
        memory.element = field
        let summary = try await page.summary()
        let title = summary.title.isEmpty ? page.url : summary.title
        let first = summary.firstResult.isEmpty ? "" : "; first result: \(summary.firstResult.shortened(to: 200))"
        memory.summary = title + first
        await report(.pressed("Enter"), page)
    }

    /// What is to be typed.
    func text(of content: Content, on page: Page, _ memory: inout RunMemory) async throws -> String {
        switch content {
        case .text(let text): return text
        case .remembered:
            guard let value = memory.value else {
                throw BrowserError(.notSupported, "nothing was read or copied before that could be typed")
            }
            return value
        case .found(let query, let literal):
            do {
                let value = try await answer(
                    query,
                    on: page,
                    memory,
                    patience: literal == nil ? Self.patience : .milliseconds(200)
                )
                memory.value = value
                await tell(.acted(.read(query.logText, answer: value.shortened(to: 200))))
                return value
            } catch let error as BrowserError where error.code == .elementNotFound {
                guard let literal else { throw error }
                return literal
            }
        }
    }

    /// Makes a field hold something; a list or a box, if that is what is called so.
    func fill(
        _ target: Target,
        _ content: Content,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        // A value that was read from a page may be used no more freely than the name.
        let text = secrets.mask.masked(try await text(of: content, on: page, &memory))
        let isSwitch = Self.truth(text) != nil
        let purposes: [ElementMatcher.Purpose] =
            target.isUnnamed ? [.fill] : isSwitch ? [.fill, .choose, .check] : [.fill, .choose]
        let kept = memory
        let usable: (PageElement) -> Bool = { element in
            // Without a name, only what can be typed into is meant.
            !target.isUnnamed
                || (!element.isDisabled && element.attributes["readonly"] == nil
                    && !["range", "color"].contains(element.attributes["type"] ?? ""))
        }
        if target.isUnnamed, let last = memory.element, Kinds.isField(last), last.value.isEmpty, !last.isDisabled {
            let snapshot = try await page.snapshot(textLimit: 0)
            if let element = snapshot.elements.first(where: { $0.reference == last.reference }), element.value.isEmpty {
                return try await set(element, to: text, on: page, &memory, report)
            }
        }
        guard let found = try await search(target, for: purposes, on: page, kept, where: usable) else {
            throw try await notFound(target, for: .fill, on: page)
        }
        await tellChoice(found)
        for match in found.outcome.matches { try await set(match.element, to: text, on: page, &memory, report) }
    }

    private static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "on", "true", "checked", "enabled", "ticked": true
        case "no", "off", "false", "unchecked", "disabled", "unticked": false
        default: nil
        }
    }

    func set(
        _ element: PageElement,
        to text: String,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        memory.element = element
        if let secret = secrets.confidential(text) {
            return try await set(element, toConfidential: secret, named: text, on: page, report)
        }
        if Kinds.isCheckable(element), let isOn = Self.truth(text) {
            let label = try await page.setChecked(element.reference, to: isOn, timeout: readiness)
            return await report(.setChecked(label, isOn: isOn), page)
        }
        if !Kinds.isField(element), Kinds.isList(element) {
            return try await choose(
                [Target(ElementDescription(name: text, isQuoted: true))],
                in: element,
                on: page,
                &memory,
                report
            )
        }
        let held = try Self.controlText(text, for: element)
        let filled = try await page.fill(element.reference, with: held, timeout: readiness)
        let label = ElementLabel.plain(filled.label)
        let isSecret = filled.isSecret || Secret.isNamed(element.name)
        await report(text.isEmpty ? .cleared(label) : .typed(isSecret ? nil : held, into: label), page)
    }

    private func set(
        _ element: PageElement,
        toConfidential secret: ConfidentialText,
        named text: String,
        on page: Page,
        _ report: Report
    ) async throws {
        if element.tag == "select" {
            let list = try await page.select(confidential: secret, in: element.reference, timeout: readiness)
            return await report(.selected([text], in: .quoted(list)), page)
        }
        let filled = try await page.fill(element.reference, withConfidential: secret, timeout: readiness)
        await report(.typed(text, into: .plain(filled.label)), page)
    }

    /// A text in the form in which a control wants it: dates and times are written in many ways.
    static func controlText(_ text: String, for element: PageElement) throws -> String {
        guard element.tag == "input", !text.isEmpty else { return text }
        let name = element.name.isEmpty ? "the field" : element.name
        func unreadable(_ what: String, _ examples: String) -> BrowserError {
            BrowserError(
                .notSupported,
                "\"\(text)\" is not understood as \(what) for \(name); write it such as \(examples)"
            )
        }
        switch element.attributes["type"] ?? "text" {
        case "date":
            guard let day = DateText.day(text) else { throw unreadable("a date", "12 March 2026 or 2026-03-12") }
            return day.isoText
        case "time":
            guard let time = DateText.time(text) else { throw unreadable("a time", "3:40 pm or 15:40") }
            return time.isoText
        case "datetime-local":
            guard let (day, time) = DateText.moment(text) else {
                throw unreadable("a date and time", "12 March 2026 at 3:40 pm")
            }
            return "\(day.isoText)T\(time.isoText)"
        case "month":
            guard let day = DateText.month(ofYear: text) ?? DateText.day(text) else {
                throw unreadable("a month", "March 2026")
            }
            return String(day.isoText.prefix(7))
        case "week":
            guard let week = DateText.week(text) else { throw unreadable("a week", "week 11 of 2026 or 2026-W11") }
            return week
        case "color": return DateText.colour(text) ?? text
        case "number", "range":
            // "7 guests", "20 %": the number is what the control holds.
            let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
            return !number.isEmpty && Double(number) != nil ? String(number) : text
        default: return text
        }
    }

    /// Types an entry into the field for new ones and confirms it.
    func add(
        _ content: Content,
        to target: Target,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        let text = try await text(of: content, on: page, &memory)
        try secrets.refuse(in: secrets.mask.masked(text), of: instruction.name)
        let field: PageElement? = try await looking(at: page) { index, isPatient in
            if !target.isUnnamed { return ElementMatcher(index).find(target, for: .fill)?.matches[0].element }
            let fields = index.entries.filter {
                ["textbox", "searchbox", "combobox"].contains($0.element.role) && Kinds.isField($0.element)
                    && !$0.element.isDisabled
            }
            let words: Set<String> = ["add", "new", "todo", "task", "item", "entry", "needs", "what", "note"]
            let named = fields.first { entry in entry.names.contains { !words.isDisjoint(with: $0.words.list) } }
            return (named ?? (fields.count == 1 ? fields.first : nil))?.element
        }
        guard let field else { throw BrowserError(.elementNotFound, "no field to add \"\(text)\" with on \(page.url)") }
        let filled = try await page.fill(field.reference, with: text, timeout: readiness)
        memory.element = field
        await tell(.acted(.typed(text, into: .plain(filled.label))), url: page.url)
        try await page.press("Enter", timeout: deadline.remaining)
        var confirmation = PerformedAction.pressed("Enter")
        if (try? await page.value(of: field.reference)) == text {
            let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
            let button = index.entries.first {
                $0.order > (index.entries.first { $0.element.reference == field.reference }?.order ?? -1)
                    && $0.element.role == "button"
                    && ["add", "create", "+", "save"].contains(
                        $0.names.first?.words.list.first ?? $0.names.first?.words.plain ?? ""
                    )
            }
            if let button {
                confirmation = .clicked(try await page.click(button.element.reference, timeout: readiness))
            }
        }
        guard
            try await holds(
                Condition(.shows(Target(ElementDescription(name: text, isQuoted: true)))),
                on: page,
                within: .seconds(3),
                memory
            )
        else {
            throw BrowserError(
                .elementNotReady,
                "typed \"\(text)\" into \(filled.label) and confirmed it, but the page does not show it"
            )
        }
        await report(confirmation, page)
    }

    func press(
        _ key: String,
        _ times: Int,
        in field: Target?,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        if let field {
            let element = try await find(field, for: .any, on: page, memory).element
            try await page.focus(element.reference, timeout: readiness)
            memory.element = element
        }
        for _ in 0..<times { try await page.press(key, timeout: deadline.remaining) }
        await report(.pressed(key, times: times), page)
    }

    func focus(_ target: Target, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        let kept = memory
        guard let found = try await search(target, for: [.fill, .any], on: page, kept) else {
            throw try await notFound(target, for: .any, on: page)
        }
        await tellChoice(found)
        let label = try await page.focus(found.element.reference, timeout: readiness)
        memory.element = found.element
        await report(.focused(Self.name(found.element, label)), page)
    }
}
