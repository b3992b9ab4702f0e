//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

extension AgentEvent.What {
    /// The sign that its line begins with, if it has one.
    package var sign: String? {
        switch self {
        case .task, .planned: "🎯"
        case .model, .handedOver: "🤖"
        case .result: "📄"
        case .finished(.succeeded): "✅"
        case .finished, .stopped: "❌"
        case .tokens: "🧮"
        case .standing(.paused, _, _): "⏸️"
        case .standing(.waiting, _, _): "🙋"
        case .standing: "⏯️"
        case .answered, .told, .human: "🧑"
        case .unanswered: "⚠️"
        case .stepBegan: "📍"
        case .skipped, .actionsLeftOut: "⏭️"
        case .evaluated(_, .success): "👍"
        case .evaluated(_, .failure): "⚠️"
        case .evaluated(_, .unclear): "❔"
        case .remembered: "🧠"
        case .invalidAnswer, .noAnswer, .pageShortened, .actionFailed: "⚠️"
        case .actionBegan: "▶️"
        case .acted(let action): action.sign
        case .retried, .understood: nil
        case .verified: "✔️"
        case .choseFirst: "🔎"
        case .led: "🔗"
        case .asked: "💬"
        case .downloaded, .downloadFailed: "📥"
        case .blocked: "🚫"
        case .pictured: "📸"
        }
    }

    /// What has happened, in words.
    package var text: String {
        switch self {
        case .task(let task): return "Task: \(task)"
        case .model(let name): return "Model: \(name)"
        case .result(let result): return "Result: \(result)"
        case .verified(let facts): return "Verified: \(facts.joined(separator: "; "))"
        case .understood(let words, let actions): return "\"\(words)\" means: \(actions.joined(separator: "; "))"
        case .finished(.succeeded): return "Task completed successfully"
        case .finished(.givenUp): return "Task completed without success"
        case .finished(.failed(let reason)): return reason
        case .stopped(let reason): return "Stopped: \(reason)"
        case .tokens(let usage):
            let cached = usage.cachedInput > 0 ? " (\(usage.cachedInput) of them cached)" : ""
            return "Tokens: \(usage.input) read\(cached), \(usage.output) written"
        case .standing(.waiting, _, let question?): return question.question
        case .standing(.paused, let reason, _): return "Paused\(reason.map { ": \($0)" } ?? "")"
        case .standing(_, let reason, _): return "Goes on\(reason.map { ": \($0)" } ?? "")"
        case .answered(let text, let isSecret): return "Answered\(isSecret ? "; the text is not shown" : ": \(text)")"
        case .unanswered(let question): return "Nobody has answered in time: \(question)"
        case .human(let text): return text
        case .told(let text): return "Message: \(text)"
        case .stepBegan(let title): return title
        case .handedOver(let reason): return "The model takes over this step: \(reason)"
        case .skipped(let condition): return "Skipped, since it is not so that \(condition)"
        case .evaluated(let words, _): return "Eval: \(words)"
        case .remembered(let words): return "Memory: \(words)"
        case .planned(let goal): return "Next goal: \(goal)"
        case .invalidAnswer(let problem): return "The model's answer was not valid: \(problem)"
        case .noAnswer(let reason): return "The model did not answer: \(reason)"
        case .pageShortened(let characters, let reason):
            return "This was more than the model can read; it sees \(characters) characters of a page from now on: "
                + reason
        case .actionBegan(let call): return call.description
        case .acted(let action): return action.text
        case .actionFailed(let action, let reason): return "\(action) failed: \(reason)"
        case .actionsLeftOut(let count, let reason): return "Left out \(count) of the step's actions: \(reason)"
        case .retried(let reason, let other):
            return other.map { "\(reason); trying \($0)" } ?? "\(reason); trying again"
        case .choseFirst(let count, let name, let isNamed, let place):
            let what = isNamed ? "are named \"\(name)\"" : "fit \"\(name)\""
            return "\(count) elements \(what); took the first" + (place.map { " in \"\($0)\"" } ?? "")
        case .led(let url, let inNewTab): return inNewTab ? "Opened a new tab: \(url)" : "Navigated to \(url)"
        case .asked(let dialog, let message, let answer):
            return "The page showed \(dialog) \"\(message)\"; it was answered with \(answer)"
        case .downloaded(let name, let bytes): return "Downloaded \(name) (\(bytes) bytes)"
        case .downloadFailed(let name, let reason): return "Download of \(name) failed: \(reason)"
        case .blocked(let refusal): return "Blocked: \(refusal)"
        case .pictured: return "Screenshot"
        }
    }
}

extension PerformedAction {
    package var sign: String {
        switch self {
        case .navigated, .openedTab, .switchedTab(.some, _): "🔗"
        case .wentThroughHistory: "↩️"
        case .reloaded: "🔄"
        case .switchedTab(nil, _): "🔀"
        case .closedTab: "🗑️"
        case .closedPage: "❎"
        case .clicked, .doubleClicked, .rightClicked, .hovered, .dragged, .focused, .scrolled, .scrolledTo: "🖱️"
        case .scrolledToText: "🔍"
        case .typed, .cleared, .pressed: "⌨️"
        case .setChecked, .selected, .unselected, .selectedNothing, .foundSelected: "☑️"
        case .setExpanded, .foundExpanded: "📂"
        case .listedOptions: "📋"
        case .read, .extracted: "📄"
        case .found, .saw: "👀"
        case .tookPicture: "📸"
        case .ranScript: "💻"
        case .waited: "⏳"
        case .uploaded, .uploadedByButton: "📎"
        case .putFile: "📤"
        case .preparedAnswer, .answered: "💬"
        }
    }

    /// What was done, in words.
    package var text: String {
        switch self {
        case .navigated(let url, let status, let leftUnresponsivePage):
            return "Navigated to \(url)" + (status.map { " (HTTP status \($0))" } ?? "")
                + (leftUnresponsivePage ? " in a new tab, as the page did not answer" : "")
        case .openedTab(let url): return "Opened \(url) in a new tab"
        case .wentThroughHistory(let isBack, let url): return "Went \(isBack ? "back" : "forward") to \(url)"
        case .reloaded(let url): return "Reloaded \(url)"
        case .switchedTab(let id, let url):
            return id.map { "Switched to tab \($0): \(url)" } ?? "Switched to the tab \(url)"
        case .closedTab(let id): return "Closed tab \(id)"
        case .closedPage(let url): return "Closed the tab \(url)"
        case .clicked(let name, let closedItsTab):
            return "Clicked \"\(name)\"" + (closedItsTab ? ", which closed its tab" : "")
        case .doubleClicked(let name): return "Double-clicked \"\(name)\""
        case .rightClicked(let name): return "Right-clicked \"\(name)\""
        case .hovered(let name): return "Moved the mouse over \"\(name)\""
        case .dragged(let name, let place): return "Dragged \"\(name)\" onto \"\(place)\""
        case .focused(let name): return "Put the cursor into \(name)"
        case .scrolled(let direction, let hasMoved):
            return hasMoved ? "Scrolled \(direction)" : "There was nothing more to scroll \(direction)"
        case .scrolledTo(let name), .scrolledToText(let name): return "Scrolled to \"\(name)\""
        case .typed(let text, let field, let value):
            return "Typed " + (text.map { "\"\($0)\"" } ?? hiddenText) + (field.map { " into \($0.phrase)" } ?? "")
                + (value.map { "; it now holds \"\($0)\"" } ?? "")
        case .cleared(let field): return "Cleared \(field.phrase)"
        case .pressed(let key, let times): return "Pressed \(key)" + (times > 1 ? " \(times) times" : "")
        case .setChecked(let name, let isOn): return "\(isOn ? "Checked" : "Unchecked") \"\(name)\""
        case .selected(let options, let list):
            return "Selected \(options.map { "\"\($0)\"" }.joined(separator: ", ")) in \(list.phrase)"
        case .unselected(let name, let list): return "Unselected \"\(name)\"" + (list.map { " in \($0)" } ?? "")
        case .selectedNothing(let list): return "Selected nothing" + (list.map { " in \($0)" } ?? "")
        case .foundSelected(let name): return "\"\(name)\" was selected already"
        case .setExpanded(let name, let isOpen): return "\(isOpen ? "Opened" : "Closed") \"\(name)\""
        case .foundExpanded(let name, let isOpen): return "\"\(name)\" was \(isOpen ? "open" : "closed") already"
        case .listedOptions(let count, let index): return "Listed \(count) options of [\(index)]"
        case .read(let what, let answer): return "Read \(what): \(answer)"
        case .extracted(let answer): return "Extracted: \(answer)"
        case .found(let name, let steps):
            return "Found \"\(name)\"" + (steps > 0 ? " after \(steps) \(steps == 1 ? "step" : "steps")" : "")
        case .saw(let fact): return fact
        case .tookPicture: return "Took a picture of the page"
        case .ranScript(let value): return "Ran JavaScript: \(value)"
        case .waited(let time): return "Waited \(time.spoken)"
        case .uploaded(let names, let field): return "Uploaded \(names) to \(field)"
        case .uploadedByButton(let names, let button): return "Uploaded \(names) by \(button)"
        case .putFile(let path, let field): return "Put \(path) into \"\(field)\""
        case .preparedAnswer(let answer): return "When the page asks, the answer will be \(answer)"
        case .answered(let dialog, let message, let answer):
            return "\(dialog.prefix(1).uppercased() + dialog.dropFirst()) \"\(message)\" was answered with \(answer)"
        }
    }
}
