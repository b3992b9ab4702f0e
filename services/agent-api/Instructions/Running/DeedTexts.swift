//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs

extension Deed {
    /// What it does, in words.
    var title: String {
        switch self {
        case .go(let address, let newTab): newTab ? "Open \(address) in a new tab" : "Navigate to \(address)"
        case .history(let offset):
            (offset < 0 ? "Go back" : "Go forward") + (abs(offset) > 1 ? " \(abs(offset)) pages" : "")
        case .reload: "Reload the page"
        case .newTab: "Open a new tab"
        case .switchTab(let tab): "Switch to \(tab.spoken)"
        case .closeTab(let tab): "Close \(tab.spoken)"
        case .click(let target, let press):
            (press.button == .right ? "Right-click" : press.count == 2 ? "Double-click" : "Click") + " \(target.spoken)"
        case .path(let targets): "Open \(targets.map(\.spoken).joined(separator: " > "))"
        case .reveal(let target, _): "Open \(target.spoken)"
        case .hover(let target): "Hover over \(target.spoken)"
        case .focus(let target): "Focus \(target.spoken)"
        case .find(let target): "Find \(target.spoken)"
        case .type(let value, let field, .replace):
            "Type \(value.quoted) into \(field.isEmpty ? "the field" : field.spoken)"
        case .type(let value, let field, .append):
            "Append \(value.quoted) to \(field.isEmpty ? "the field" : field.spoken)"
        case .typeKeys(let value): "Type \(value.quoted)"
        case .clear(let target): "Clear \(target.spoken)"
        case .assign(let target, let value): "Set \(target.spoken) to \(value.spoken)"
        case .pair(let pairs): pairs.first.map { "Set \($0.label.spoken) to \($0.value.spoken)" } ?? "Set a value"
        case .count(let target, let wanted, _): "Set \(target.spoken) to \(wanted)"
        case .adjust(let target, let amount, let isUp):
            "\(isUp ? "Increase" : "Decrease") \(target.spoken)\(amount.map { " by \($0)" } ?? "")"
        case .choose(let target, let list, let choice):
            (choice == .remove ? "Unselect " : "Select ")
                + (choice == .none ? "nothing" : (choice == .only ? "only " : "") + target.spoken)
                + (list.map { " in \($0.spoken)" } ?? "")
        case .check(let target, let isOn): "\(isOn.map { $0 ? "Check" : "Uncheck" } ?? "Toggle") \(target.spoken)"
        case .expand(let target, let isOpen): "\(isOpen ? "Open" : "Close") \(target.spoken)"
        case .press(let key, let times, let target):
            "Press \(key)\(times > 1 ? " \(times) times" : "")\(target.map { " in \($0.spoken)" } ?? "")"
        case .drag(let target, let destination): "Drag \(target.spoken) \(destination.spoken)"
        case .scroll(let direction, let times, let target):
            "Scroll \(target.map { "\($0.spoken) " } ?? "")\(direction.rawValue)\(times > 1 ? " \(times) times" : "")"
        case .scrollToEnd(let direction, let target):
            "Scroll \(target.map { "\($0.spoken) " } ?? "")to the \(direction == .up ? "top" : "end")"
        case .scrollTo(let target): "Scroll to \(target.spoken)"
        case .upload(let files, _): "Upload \(files.joined(separator: ", "))"
        case .download(let target): "Download \(target.spoken)"
        case .answer(let accept, let text, _):
            "Answer \(text.map { "\"\($0)\"" } ?? (accept ? "OK" : "Cancel")) when the page asks"
        case .ask(.answer, let question): "Ask: \(question)"
        case .ask(.approval, let question): "Wait for approval: \(question)"
        case .wait(let time): "Wait \(time.spoken)"
        case .waitUntil(.shows(let target), _): "Wait for \(target.spoken)"
        case .waitUntil(.loaded, _): "Wait for the page"
        case .waitUntil(.downloaded, _): "Wait for the download"
        case .waitUntil(let condition, _): "Wait until \(condition.spoken)"
        case .verify(.shows(let target)): "Make sure that the page shows \(target.spoken)"
        case .verify(let condition): "Make sure that \(condition.spoken)"
        case .read(let question): "Read \(question.spoken)"
        case .copy(let question): "Copy \(question.spoken)"
        case .act(let act): act.clause.text.prefix(1).uppercased() + act.clause.text.dropFirst()
        case .search(let value, _): "Search for \(value.spoken)"
        case .several(let deeds), .all(let deeds): deeds.map(\.title).joined(separator: ", ")
        case .either(let deeds): deeds.first?.title ?? ""
        case .fillByLabels: "Fill each field by its label"
        case .until(let deed, let condition): "\(deed.title) until \(condition.spoken)"
        case .close(let target): "Close \(target.isEmpty ? "what is open" : target.spoken)"
        case .submit: "Submit the form"
        case .sort(let target, let isDescending):
            "Sort by \(target.spoken)\(isDescending.map { $0 ? ", descending" : ", ascending" } ?? "")"
        case .addEntries(let entries, _): "Add \(entries.joined(separator: ", "))"
        case .selectText(let target): "Select the text of \(target.spoken)"
        case .suggest(let fragments): "Choose what \(fragments.spoken)"
        }
    }

    /// The action's name and parameters.
    var call: ActionCall {
        func element(_ target: Target) -> (name: String, value: String)? {
            target.isEmpty ? nil : ("element", target.spoken)
        }
        switch self {
        case .go(let address, let newTab):
            return ActionCall("navigate", ("url", PageAddress.url(address)), newTab ? ("new_tab", "true") : nil)
        case .history(let offset):
            return ActionCall(
                offset < 0 ? "go_back" : "go_forward",
                abs(offset) > 1 ? ("pages", "\(abs(offset))") : nil
            )
        case .reload: return ActionCall("reload")
        case .newTab: return ActionCall("navigate", ("url", "about:blank"), ("new_tab", "true"))
        case .switchTab(let tab): return ActionCall("switch", ("tab", tab.spoken))
        case .closeTab(let tab): return ActionCall("close", ("tab", tab.spoken))
        case .click(let target, let press):
            return ActionCall(
                press.button == .right ? "right_click" : press.count == 2 ? "double_click" : "click",
                element(target)
            )
        case .path(let targets): return ActionCall("click", ("element", targets.map(\.spoken).joined(separator: " > ")))
        case .reveal(let target, _): return ActionCall("expand", element(target))
        case .hover(let target): return ActionCall("hover", element(target))
        case .focus(let target): return ActionCall("focus", element(target))
        case .find(let target): return ActionCall("find_text", ("text", target.spoken))
        case .type(let value, let field, _):
            return ActionCall("input", ("element", field.isEmpty ? "the field" : field.spoken), ("text", value.spoken))
        case .typeKeys(let value): return ActionCall("input", ("text", value.spoken))
        case .clear(let target): return ActionCall("input", element(target), ("text", ""))
        case .assign(let target, let value): return ActionCall("set", element(target), ("value", value.spoken))
        case .pair(let pairs):
            return ActionCall(
                "set",
                pairs.first.flatMap { element($0.label) },
                pairs.first.map { ("value", $0.value.spoken) }
            )
        case .count(let target, let wanted, _):
            return ActionCall("set", element(target), ("value", "\(wanted)"))
        case .adjust(let target, let amount, let isUp):
            return ActionCall(isUp ? "increase" : "decrease", element(target), amount.map { ("by", "\($0)") })
        case .choose(let target, let list, let choice):
            return ActionCall(
                "select_dropdown",
                list.flatMap { element($0) },
                ("text", choice == .none ? "nothing" : target.spoken)
            )
        case .check(let target, let isOn):
            return ActionCall(isOn.map { $0 ? "check" : "uncheck" } ?? "toggle", element(target))
        case .expand(let target, let isOpen): return ActionCall(isOpen ? "expand" : "collapse", element(target))
        case .press(let key, let times, let target):
            return ActionCall(
                "send_keys",
                ("keys", key),
                times > 1 ? ("times", "\(times)") : nil,
                target.flatMap { element($0) }
            )
        case .drag(let target, let destination): return ActionCall("drag", element(target), ("to", destination.spoken))
        case .scroll(let direction, let times, let target):
            return ActionCall(
                "scroll",
                ("", direction.rawValue),
                times > 1 ? ("times", "\(times)") : nil,
                target.flatMap { element($0) }
            )
        case .scrollToEnd(let direction, let target):
            return ActionCall("scroll", ("to", direction == .up ? "top" : "end"), target.flatMap { element($0) })
        case .scrollTo(let target): return ActionCall("scroll", ("to", target.spoken))
        case .upload(let files, let field):
            return ActionCall("upload_file", field.flatMap { element($0) }, ("path", files.joined(separator: ", ")))
        case .download(let target): return ActionCall("download", element(target))
        case .answer(let accept, let text, _):
            return ActionCall("answer", text.map { ("text", $0) } ?? ("", accept ? "ok" : "cancel"))
        case .ask(_, let question): return ActionCall("ask_human", ("question", question))
        case .wait(let time): return ActionCall("wait", ("seconds", String(time.spoken.dropLast(2))))
        case .waitUntil(let condition, _): return condition.call(as: "wait")
        case .verify(let condition): return condition.call(as: "expect")
        case .read(let question), .copy(let question): return ActionCall("extract", ("query", question.spoken))
        case .act(let act): return ActionCall("act", ("", act.clause.text))
        case .search(let value, _): return ActionCall("search", ("query", value.spoken))
        case .several(let deeds), .all(let deeds):
            return ActionCall(deeds.first?.call.name ?? "act", ("", deeds.map(\.title).joined(separator: ", ")))
        case .either(let deeds): return deeds.first?.call ?? ActionCall("act")
        case .fillByLabels: return ActionCall("input", ("element", "each field"))
        case .until(let deed, let condition):
            var call = deed.call
            call.add("until", condition.spoken)
            return call
        case .close(let target): return ActionCall("close", element(target))
        case .submit: return ActionCall("submit")
        case .sort(let target, _): return ActionCall("sort", ("by", target.spoken))
        case .addEntries(let entries, _): return ActionCall("add", ("text", entries.joined(separator: ", ")))
        case .selectText(let target): return ActionCall("select_text", element(target))
        case .suggest(let fragments): return ActionCall("select_dropdown", ("text", fragments.spoken))
        }
    }
}
