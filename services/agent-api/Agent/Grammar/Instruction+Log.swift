//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents
import Browser
import PageActions

extension Instruction {
    /// The step's title in the log: what follows `📍 Step 1: `.
    package var title: String {
        switch action {
        case .navigate(let address): "Navigate to \(address)"
        case .openTab(let address): "Open \(address) in a new tab"
        case .search(let text): "Search for \(text)"
        case .click(let list): "Click \(list.spoken)"
        case .doubleClick(let target): "Double-click \(target.spoken)"
        case .rightClick(let target): "Right-click \(target.spoken)"
        case .hover(let target): "Hover over \(target.spoken)"
        case .focus(let target): "Focus \(target.spoken)"
        case .drag(let target, let place): "Drag \(target.spoken) onto \(place.spoken)"
        case .fill(let field, let content): "Type \(content.spoken(in: field)) into \(field.spokenField)"
        case .add(let content, _): "Add \(content.spoken(in: .unnamed))"
        case .press(let key, let times, let field):
            "Press \(key)\(times > 1 ? " \(times) times" : "")\(field.map { " in \($0.spoken)" } ?? "")"
        case .setChecked(let boxes, let isOn): "\(isOn.map { $0 ? "Check" : "Uncheck" } ?? "Toggle") \(boxes.spoken)"
        case .select(let options, let list):
            "Select \(options.parts.isEmpty ? "nothing" : options.spoken)\(list.isUnnamed ? "" : " in \(list.spoken)")"
        case .setExpanded(let target, let isOpen): "\(isOpen ? "Expand" : "Collapse") \(target.spoken)"
        case .reveal(let means, let target): "\(means.spoken) until \(target.spoken) is found"
        case .clickUntil(let target, let condition): "Click \(target.spoken) until \(condition.spoken)"
        case .submit: "Submit the form"
        case .close(let target): "Close \(target.isUnnamed ? "what is open" : target.spoken)"
        case .wait(let condition): condition.waitTitle
        case .expect(let condition): condition.expectTitle
        case .pause(let time): "Wait \(time.spoken)"
        case .scroll(let direction, let times, let part):
            "Scroll \(part.map { "\($0.spoken) " } ?? "")\(direction.spoken)\(times > 1 ? " \(times) times" : "")"
        case .scrollTo(let target): "Scroll to \(target.spoken)"
        case .history(let offset):
            (offset < 0 ? "Go back" : "Go forward") + (abs(offset) > 1 ? " \(abs(offset)) pages" : "")
        case .reload: "Reload the page"
        case .upload(let files, _): "Upload \(files.joined(separator: ", "))"
        case .download(let target): "Download \(target.spoken)"
        case .showTab(let tab): "Switch to \(tab.spoken)"
        case .closeTab(let tab): "Close \(tab.spoken)"
        case .answerDialogs(let accept, let text, _):
            "Answer \(text.map { "\"\($0)\"" } ?? (accept ? "OK" : "Cancel")) when the page asks"
        case .find(let target, _): "Find \(target.spoken)"
        case .read(let query): "Read \(query.logText)"
        case .copy(let query): "Copy \(query.logText)"
        }
    }

    /// The action with its parameters.
    package var call: ActionCall {
        switch action {
        case .navigate(let address): ActionCall("navigate", ("url", Self.url(address)))
        case .openTab(let address): ActionCall("navigate", ("url", Self.url(address)), ("new_tab", "true"))
        case .search(let text): ActionCall("search", ("query", text))
        case .click(let list): ActionCall("click", ("element", list.spoken))
        case .doubleClick(let target): ActionCall("double_click", ("element", target.spoken))
        case .rightClick(let target): ActionCall("right_click", ("element", target.spoken))
        case .hover(let target): ActionCall("hover", ("element", target.spoken))
        case .focus(let target): ActionCall("focus", ("element", target.spoken))
        case .drag(let target, let place): ActionCall("drag", ("element", target.spoken), ("onto", place.spoken))
        case .fill(let field, let content):
            ActionCall("input", ("element", field.spokenField), ("text", content.logText(in: field)))
        case .add(let content, let field):
            ActionCall("add", ("element", field.spokenField), ("text", content.logText(in: field)))
        case .press(let key, let times, let field):
            ActionCall("send_keys", ("keys", key), Self.times(times), field.map { ("element", $0.spoken) })
        case .setChecked(let boxes, let isOn):
            ActionCall(isOn.map { $0 ? "check" : "uncheck" } ?? "toggle", ("element", boxes.spoken))
        case .select(let options, let list):
            ActionCall(
                "select_dropdown",
                Self.element(list),
                ("text", options.parts.isEmpty ? "nothing" : options.spoken)
            )
        case .setExpanded(let target, let isOpen):
            ActionCall(isOpen ? "expand" : "collapse", ("element", target.spoken))
        case .reveal(let means, let target):
            ActionCall("find_text", ("by", means.rawValue), ("element", target.spoken))
        case .clickUntil(let target, let condition):
            ActionCall("click", ("element", target.spoken), ("until", condition.spoken))
        case .submit: ActionCall("submit")
        case .close(let target): ActionCall("close", ("element", target.spoken))
        case .wait(let condition): condition.call(as: "wait")
        case .expect(let condition): condition.call(as: "expect")
        case .pause(let time): ActionCall("wait", ("seconds", String(time.spoken.dropLast(2))))
        case .scroll(let direction, let times, let part):
            ActionCall("scroll", ("", direction.rawValue), Self.times(times), part.map { ("element", $0.spoken) })
        case .scrollTo(let target): ActionCall("scroll", ("to", target.spoken))
        case .history(let offset):
            ActionCall(offset < 0 ? "go_back" : "go_forward", abs(offset) > 1 ? ("pages", "\(abs(offset))") : nil)
        case .reload: ActionCall("reload")
        case .upload(let files, let field):
            ActionCall("upload_file", Self.element(field), ("path", files.joined(separator: ", ")))
        case .download(let target): ActionCall("download", ("element", target.spoken))
        case .showTab(let tab): ActionCall("switch", ("tab", tab.spoken))
        case .closeTab(let tab): ActionCall("close", ("tab", tab.spoken))
        case .answerDialogs(let accept, let text, _):
            ActionCall("answer", text.map { ("text", $0) } ?? ("", accept ? "ok" : "cancel"))
        case .find(let target, _): ActionCall("find_text", ("text", target.spoken))
        case .read(let query), .copy(let query): ActionCall("extract", ("query", query.logText))
        }
    }

    private static func times(_ count: Int) -> (name: String, value: String)? {
        count > 1 ? ("times", "\(count)") : nil
    }

    private static func element(_ target: Target) -> (name: String, value: String)? {
        target.isUnnamed ? nil : ("element", target.spoken)
    }

    /// The action's name alone.
    package var name: String { call.name }

    private static func url(_ address: String) -> String { (try? Address(address))?.candidates.first ?? address }
}

extension Instruction.Action {
    /// The element that it is about, where it is one.
    var target: Target? {
        switch self {
        case .click(let list), .setChecked(let list, _): list.whole
        case .doubleClick(let target), .rightClick(let target), .hover(let target), .focus(let target),
            .scrollTo(let target),
            .download(let target), .find(let target, _):
            target
        case .fill(let target, _): target
        default: nil
        }
    }
}

extension Instruction.Reveal {
    var spoken: String {
        switch self {
        case .expand: "Open sections"
        case .tabs: "Go through the tabs"
        case .scroll: "Scroll down"
        case .pages: "Go through the pages"
        }
    }
}

extension Instruction.TabChoice {
    var spoken: String {
        switch self {
        case .current: "this tab"
        case .position(let position): "the \(Ordinals.spoken(position)) tab"
        case .previous: "the previous tab"
        case .newest: "the new tab"
        case .named(let target): "the tab \(target.meanings.first?.name ?? target.spoken)"
        }
    }
}

extension Target {
    /// The field as a person would say it.
    var spokenField: String { spoken.isEmpty ? "the field" : spoken }
}

extension Content {
    /// The text for a title, in quotes, unless it is a secret.
    func spoken(in field: Target) -> String {
        if case .text(let text) = self, !field.isSecret { return "\"\(text)\"" }
        return logText(in: field)
    }

    func logText(in field: Target) -> String {
        switch self {
        case .text(let text): field.isSecret ? Secret.mask : text
        case .found(let query, _): query.logText
        case .remembered: "what was found"
        }
    }
}

extension Query {
    /// What is asked for, as logs tell it.
    var logText: String { spoken }
}

extension Condition {
    var waitTitle: String {
        switch fact {
        case .shows(let target) where !isNegated: "Wait for \(target.spoken)"
        case .loaded: "Wait for the page"
        case .downloaded: "Wait for the download"
        default: "Wait until \(spoken)"
        }
    }

    var expectTitle: String {
        if case .shows(let target) = fact, !isNegated { return "Make sure that the page shows \(target.spoken)" }
        return "Make sure that \(spoken)"
    }

    func call(as name: String) -> ActionCall {
        if case .shows(let target) = fact {
            return isNegated
                ? ActionCall(name, ("gone", target.spoken)) : ActionCall("find_text", ("text", target.spoken))
        }
        return ActionCall(name, ("", spoken))
    }

    /// The condition as a person would say it.
    var spoken: String {
        let not = isNegated ? " not" : ""
        return switch fact {
        case .shows(let target): "\(target.spoken) is\(not) on the page"
        case .enabled(let target): "\(target.spoken) can\(not) be used"
        case .checked(let target): "\(target.spoken) is\(not) checked"
        case .expanded(let target): "\(target.spoken) is\(not) open"
        case .holds(let query, let text): "\(query.spoken) is\(not) \(text)"
        case .title(let text): "the title is\(not) \(text)"
        case .address(let text): "the address has\(not) \(text)"
        case .count(let query, let number): "\(query.spoken) is\(not) \(number)"
        case .loaded: "the page has\(not) loaded"
        case .downloaded: "the download has\(not) ended"
        }
    }
}
