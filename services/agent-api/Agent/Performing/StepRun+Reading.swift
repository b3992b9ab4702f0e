//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension StepRun {
    func read(_ query: Query, on page: Page, _ memory: inout RunMemory, _ report: Report, isResult: Bool) async throws {
        let text = try await answer(query, on: page, memory).shortened(to: 4000)
        memory.value = text
        if isResult { memory.results.append(text) }
        await report(.read(query.logText, answer: text.shortened(to: 200)), page)
    }

    /// Finds an element or a text, and keeps it in mind.
    func find(_ target: Target, _ query: Query, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws
    {
        let kept = memory
        memory.place = nil
        if let found = try await search(target, for: [.any], on: page, kept, patience: .seconds(1)),
            found.outcome.matches[0].score > 0.7, !isQuestion(query)
        {
            await tellChoice(found)
            try await page.scrollIntoView(found.element.reference, timeout: readiness)
            memory.element = found.element
            memory.value = found.element.name
            memory.place =
                target.meanings.first { $0.role == .item || $0.role == .row }.flatMap { $0.scopes.first }
                ?? ElementScope(.inside, name: found.element.name)
            memory.results.append(found.element.name)
            return await report(.found(found.element.name.shortened(to: 200)), page)
        }
        // "Find the email by Ada": the thing that says so.
        if let meaning = target.meanings.first(where: { $0.role == .item || $0.role == .row || $0.role == .result }),
            let scope = meaning.scopes.first
        {
            memory.place = scope
        }
        do {
            let text = try await answer(query, on: page, memory).shortened(to: 4000)
            memory.value = text
            memory.results.append(text)
            await report(.read(query.logText, answer: text.shortened(to: 200)), page)
        } catch let error as BrowserError where error.code == .elementNotFound {
            for meaning in target.meanings where !meaning.name.isEmpty {
                if try await page.findText(meaning.name) {
                    memory.value = meaning.name
                    return await report(.found(meaning.name), page)
                }
            }
            throw try await notFound(target, for: .any, on: page)
        }
    }

    /// Whether something is asked for rather than looked for: "the price of the lamp", "the 4th word".
    private func isQuestion(_ query: Query) -> Bool {
        switch query.form {
        case .value(let what, let scope):
            scope != nil && !what.isEmpty
                && [
                    "price", "total", "name", "value", "date", "number", "email", "status", "phone", "address",
                    "amount", "cost", "quantity",
                ].contains { what.lowercased().contains($0) }
        case .page: false
        default: true
        }
    }

    /// The answer to a question; waited for while the page may still bring it.
    ///
    /// - Throws: `BrowserError.elementNotFound` when the page does not say it.
    func answer(
        _ query: Query,
        on page: Page,
        _ memory: RunMemory,
        patience: Duration = patience
    ) async throws -> String {
        switch query.form {
        case .title: return try await page.title()
        case .address: return page.url
        case .page: return try await page.text()
        case .whether(let condition): return try await isSo(condition, on: page, memory) ? "yes" : "no"
        case .value(let what, nil):
            if ["first result", "top result", "first search result", "first hit"].contains(what.lowercased()) {
                let first = try await page.summary().firstResult
                if !first.isEmpty { return first }
            }
            if ["it", "that", "this"].contains(what.lowercased()), let element = memory.element {
                return try await page.text(of: element.reference)
            }
        default: break
        }
        if let counted = try await countOfElements(query, on: page) { return counted }
        let found: String? = try await looking(at: page, patience: min(patience, .seconds(5))) { index, _ in
            if let text = PageReader(try await page.outline()).answer(query.form) { return text }
            // What can be used has a name too, and closed shadow roots are seen only so.
            guard case .value(let what, let scope) = query.form else { return nil }
            var target = TargetGrammar.target(Phrase(what))
            if let scope { target = target.within(scope) }
            guard let outcome = ElementMatcher(index).find(target, for: .any), outcome.matches[0].score > 0.8 else {
                return nil
            }
            let text = try await page.text(of: outcome.matches[0].element.reference)
            return text.isEmpty ? nil : text
        }
        guard let found else {
            throw BrowserError(
                .elementNotFound,
                "\(page.url) does not say \(query.spoken.hasPrefix("how") || query.spoken.hasPrefix("what") ? query.spoken : "what \"\(query.spoken)\" is")"
            )
        }
        return found
    }

    /// How many check boxes, fields, buttons … there are: those that can be seen count.
    private func countOfElements(_ query: Query, on page: Page) async throws -> String? {
        guard case .count(let noun) = query.form, let role = Nouns.role(atEndOf: Phrase(noun.lowercased()))?.role else {
            return nil
        }
        let words = Words(noun).list
        let elements = try await page.snapshot(textLimit: 0).elements
        let all: [PageElement]
        switch role {
        case .checkbox: all = elements.filter { $0.role == "checkbox" }
        case .radio: all = elements.filter { $0.role == "radio" }
        case .button: all = elements.filter { $0.role == "button" }
        case .link: all = elements.filter { $0.role == "link" }
        case .field: all = elements.filter { Kinds.isField($0) || words.last == "boxes" && Kinds.isCheckable($0) }
        case .tab: all = elements.filter { $0.role == "tab" }
        case .list: all = elements.filter { Kinds.isList($0) }
        default: return nil
        }
        let adjective = words.dropLast().last
        let narrowed =
            switch adjective {
            case "checked", "ticked", "selected": all.filter { $0.isChecked == true || $0.isSelected == true }
            case "unchecked", "unticked": all.filter { $0.isChecked == false }
            case "disabled": all.filter(\.isDisabled)
            case "enabled": all.filter { !$0.isDisabled }
            case "empty": all.filter { $0.value.isEmpty }
            case let adjective? where role == .button || role == .link:
                all.filter { Words($0.name).list.contains(adjective) }
            default: all
            }
        return String(narrowed.count)
    }
}
