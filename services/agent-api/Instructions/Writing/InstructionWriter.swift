//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser
package import PageActions
import Secrets

/// Writes an action as a sentence of the language that does the same.
///
/// Each sentence is tried before it is given: it is read again and resolved on the page as the action found it. Only a
/// sentence that comes to the same action on the same element counts.
package struct InstructionWriter {
    private let page: PageIndex?

    /// - Parameter view: The page as it was before the action; `nil` for actions that are about no element.
    package init(_ view: PageView? = nil) { page = view.map(PageIndex.init) }

    /// The sentence for an action.
    ///
    /// - Returns: `nil` for an action that leaves the page as it was, such as reading.
    /// - Throws: ``Unwritable``.
    package func sentence(for action: PageAction) throws(Unwritable) -> String? {
        switch action {
        case .navigate(let url, let newTab):
            return try plain("Go to \(url)" + (newTab ? " in a new tab" : ""), .go(url, newTab: newTab))
        case .search(let query, let engine):
            let url = engine.url(of: query)
            return try plain("Go to \(url)", .go(url, newTab: false))
        case .goThroughHistory(let offset):
            return try plain(offset < 0 ? "Go back" : "Go forward", .history(offset < 0 ? -1 : 1))
        case .reload: return try plain("Reload the page", .reload)
        case .wait(let time):
            let seconds = max(1, time.components.seconds)
            return "Wait \(seconds) \(seconds == 1 ? "second" : "seconds")"
        case .press(let key, let times, nil):
            return try plain("Press \(key)" + (times > 1 ? " \(times) times" : ""), .press(key, times: times, in: nil))
        case .typeKeys(let text):
            guard let quoted = Self.quoted(text.text) else { throw Self.textOfLines }
            return try plain("Type \(quoted)", nil)
        case .findText(let text):
            guard let quoted = Self.quoted(text) else { throw Self.textOfLines }
            return "Scroll to \(quoted)"
        case .scroll(let direction, let pages, let box): return try scrolling(direction, pages, box)
        case .click, .type, .select, .setChecked, .setValue, .setExpanded, .hover, .focus, .upload, .download, .press,
            .scrollTo, .drag:
            return try onElement(action)
        case .listOptions, .searchPage, .findElements, .readFile: return nil
        case .evaluate: throw Unwritable("a script has no sentence")
        case .saveAsPDF, .writeFile, .replaceInFile: throw Unwritable("what is done with files has no sentence")
        case .switchTab, .closeTab, .answerDialog, .clickPoint, .selectText:
            throw Unwritable("it has no sentence")
        }
    }

    /// The sentence that says how the dialogs of the step before are answered.
    package static func answer(_ dialog: PageDialog) -> String? {
        guard dialog.kind == "confirm" || dialog.kind == "prompt" else { return nil }
        switch dialog.answer {
        case .dismiss: return "Answer no when asked"
        case .accept(nil): return "Answer yes when asked"
        case .accept(let text?): return quoted(text).map { "Answer \($0) when asked" }
        }
    }

    /// The sentence that shows a tab, by its place among the open ones.
    ///
    /// - Parameter position: From 1.
    package static func switching(toTab position: Int) -> String { "Switch to tab \(position)" }

    package static func closingTab(_ position: Int, isShown: Bool) -> String {
        isShown ? "Close the tab" : "Close tab \(position)"
    }

    // MARK: Sentences

    private static let textOfLines = Unwritable("its text has several lines or every kind of quotation marks")

    /// A text in quotation marks that do not occur in it; `nil` if there are none.
    static func quoted(_ text: String) -> String? {
        guard !text.isEmpty, !text.contains(where: \.isNewline) else { return nil }
        return [("\"", "\""), ("«", "»"), ("`", "`")].first { !text.contains($0.0) && !text.contains($0.1) }
            .map { "\($0.0)\(text)\($0.1)" }
    }

    /// A sentence that is about no element, if it is read as it is meant.
    ///
    /// - Parameter deed: What it must be read as; `nil` for whatever it is.
    private func plain(_ sentence: String, _ deed: Deed?) throws(Unwritable) -> String {
        let steps = StepGrammar.steps(of: sentence)
        guard steps.count == 1, let read = steps[0].deeds.first, deed == nil || read == deed else {
            throw Unwritable("no sentence says it")
        }
        return sentence
    }

    private func scrolling(_ direction: ScrollDirection, _ pages: Double, _ box: Seen?) throws(Unwritable) -> String {
        let times = max(1, Int(pages.rounded()))
        let manner =
            switch direction {
            case .up: "up"
            case .down: "down"
            case .left: "left"
            case .right: "right"
            case .top: "to the top"
            case .bottom: "to the end"
            }
        let often = times > 1 && direction != .top && direction != .bottom ? " \(times) times" : ""
        guard let box else { return "Scroll \(manner)\(often)" }
        let candidates = phrases(for: box, as: .box).map { "Scroll \($0) \(manner)\(often)" }
        return try first(of: candidates) { action in
            guard case .scroll(direction, _, let target?) = action else { return false }
            return target.reference == box.reference || encloses(target, box)
        }
    }

    private func encloses(_ outer: Seen, _ inner: Seen) -> Bool {
        guard let page, let index = page.nodes.firstIndex(where: { $0.reference == inner.reference }) else { return false }
        return page.view.ancestors(of: index).contains { page.nodes[$0].reference == outer.reference }
    }

    private func onElement(_ action: PageAction) throws(Unwritable) -> String {
        let candidates: [String]
        switch action {
        case .click(let seen, let click):
            // To check a box says more than to click it, and can be said twice.
            if click == PageAction.Click(), let isOn = isChecked(seen) {
                let checking = phrases(for: seen, as: .box).map { "\(isOn ? "Uncheck" : "Check") \($0)" }
                if let sentence = try? first(of: checking, as: { $0.means(.setChecked(seen, !isOn)) }) { return sentence }
            }
            let verb = click.button == .right ? "Right-click" : click.count == 2 ? "Double-click" : "Click"
            candidates = phrases(for: seen, as: .control).map { "\(verb) \($0)" }
        case .hover(let seen): candidates = phrases(for: seen, as: .control).map { "Hover over \($0)" }
        case .focus(let seen): candidates = phrases(for: seen, as: .field).map { "Focus \($0)" }
        case .scrollTo(let seen): candidates = phrases(for: seen, as: .control).map { "Scroll to \($0)" }
        case .download(let seen): candidates = phrases(for: seen, as: .control).map { "Download \($0)" }
        case .press(let key, 1, let seen?): candidates = phrases(for: seen, as: .field).map { "Press \(key) in \($0)" }
        case .setChecked(let seen, let isOn):
            candidates = phrases(for: seen, as: .box).map { "\(isOn ? "Check" : "Uncheck") \($0)" }
        case .setExpanded(let seen, let isOpen):
            candidates = phrases(for: seen, as: .control).map { "\(isOpen ? "Expand" : "Collapse") \($0)" }
        case .type(let text, let field, let mode):
            if field.isPassword, SecretReference.references(in: text.text).isEmpty, !text.text.isEmpty {
                throw Unwritable("it types a password that is not among the run's sensitive_data")
            }
            if text.text.isEmpty, mode == .replace {
                candidates = phrases(for: field, as: .field).map { "Clear \($0)" }
            } else {
                guard let quoted = Self.quoted(text.text) else { throw Self.textOfLines }
                candidates = phrases(for: field, as: .field).map {
                    mode == .replace ? "Type \(quoted) into \($0)" : "Append \(quoted) to \($0)"
                }
            }
        case .setValue(let value, let control):
            guard let quoted = Self.quoted(value) else { throw Self.textOfLines }
            candidates = phrases(for: control, as: .field).flatMap {
                ["Set \($0) to \(quoted)", "Type \(quoted) into \($0)"]
            }
        case .select(let options, let list, .replace):
            let names = options.compactMap { Self.quoted($0.name) }
            guard names.count == options.count, !names.isEmpty else { throw Self.textOfLines }
            let all = names.joined(separator: " and ")
            candidates = phrases(for: list, as: .field).map { "Select \(all) in \($0)" } + ["Select \(all)"]
        case .upload(let files, let field):
            let names = files.compactMap { Self.quoted($0) }
            guard names.count == files.count else { throw Self.textOfLines }
            let all = names.joined(separator: " and ")
            candidates = phrases(for: field, as: .field).map { "Upload \(all) to \($0)" } + ["Upload \(all)"]
        case .drag(let seen, .onto(let destination)):
            let places = phrases(for: destination, as: .control).prefix(6)
            candidates = phrases(for: seen, as: .control).prefix(6).flatMap { thing in
                places.map { "Drag \(thing) to \($0)" }
            }
        default: throw Unwritable("it has no sentence")
        }
        return try first(of: candidates) { $0.means(action) }
    }

    private func isChecked(_ seen: Seen) -> Bool? {
        guard let node = page?.nodes.first(where: { $0.reference == seen.reference }),
            ["checkbox", "radio", "switch"].contains(node.role)
        else { return nil }
        return node.isChecked
    }

    private func phrases(for seen: Seen, as part: TargetWriter.Part) -> [String] {
        guard let page else { return [] }
        return TargetWriter(page).phrases(for: seen, as: part)
    }

    /// The first sentence that comes to the action alone.
    private func first(
        of candidates: [String],
        as isMeant: (PageAction) -> Bool
    ) throws(Unwritable) -> String {
        guard let page else { throw Unwritable("the page could not be read before it") }
        let resolver = Resolver(page: page, memory: Memory())
        for candidate in candidates {
            // Names of secrets are quoted as a task's are.
            let steps = StepGrammar.steps(of: candidate)
            guard steps.count == 1, steps[0].condition == nil, steps[0].times == 1 else { continue }
            let plan = steps[0].deeds.lazy.compactMap { try? resolver.plan($0) }.first
            guard let plan, plan.actions.count == 1, plan.deeds.isEmpty, plan.reading == nil, plan.writing == nil,
                isMeant(plan.actions[0])
            else { continue }
            return candidate
        }
        throw Unwritable("no sentence says which element is meant")
    }
}

extension PageAction {
    /// Whether it does the same to the same element.
    fileprivate func means(_ other: PageAction) -> Bool {
        switch (self, other) {
        case (.click(let a, let how), .click(let b, let same)): a.reference == b.reference && how == same
        case (.hover(let a), .hover(let b)), (.focus(let a), .focus(let b)), (.scrollTo(let a), .scrollTo(let b)),
            (.download(let a), .download(let b)):
            a.reference == b.reference
        case (.press(let key, let times, let a?), .press(let same, let often, let b?)):
            key == same && times == often && a.reference == b.reference
        case (.setChecked(let a, let isOn), .setChecked(let b, let same)): a.reference == b.reference && isOn == same
        case (.setExpanded(let a, let isOpen), .setExpanded(let b, let same)):
            a.reference == b.reference && isOpen == same
        case (.type(let text, let a, let mode), .type(let same, let b, let how)):
            a.reference == b.reference && text.text == same.text && mode == how
        // Fields that take a value in a form of their own.
        case (.type(let text, let a, .replace), .setValue(let value, let b)),
            (.setValue(let value, let a), .type(let text, let b, .replace)):
            a.reference == b.reference && text.text == value
        case (.setValue(let value, let a), .setValue(let same, let b)): a.reference == b.reference && value == same
        case (.select(let options, let a, _), .select(let same, let b, _)):
            a.reference == b.reference && options.map(\.name) == same.map(\.name)
        case (.upload(let files, let a), .upload(let same, let b)): a.reference == b.reference && files == same
        case (.drag(let a, .onto(let place)), .drag(let b, .onto(let same))):
            a.reference == b.reference && place.reference == same.reference
        default: false
        }
    }
}
