//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Secrets

extension PageAction {
    /// The action's name, for messages.
    package var name: String {
        switch self {
        case .navigate: "navigate"
        case .search: "search"
        case .goThroughHistory: "go back"
        case .reload: "reload"
        case .switchTab: "switch"
        case .closeTab: "close"
        case .click, .clickPoint: "click"
        case .hover: "hover"
        case .focus: "focus"
        case .drag: "drag"
        case .selectText: "select text"
        case .scroll, .scrollTo: "scroll"
        case .findText: "find text"
        case .type: "input"
        case .typeKeys, .press: "send keys"
        case .setChecked: "check"
        case .select: "select"
        case .listOptions: "list options"
        case .setValue: "set value"
        case .setExpanded: "expand"
        case .upload: "upload"
        case .download: "download"
        case .answerDialog: "answer dialog"
        case .saveAsPDF: "save as PDF"
        case .writeFile: "write file"
        case .replaceInFile: "replace in file"
        case .readFile: "read file"
        case .searchPage: "search page"
        case .findElements: "find elements"
        case .wait: "wait"
        case .evaluate: "evaluate"
        }
    }

    /// The element that it acts on.
    package var target: Seen? {
        switch self {
        case .click(let seen, _), .clickPoint(let seen, _, _), .hover(let seen), .focus(let seen), .drag(let seen, _),
            .selectText(_, let seen), .scrollTo(let seen), .type(_, let seen, _), .setChecked(let seen, _),
            .select(_, let seen, _), .listOptions(let seen), .setValue(_, let seen), .setExpanded(let seen, _),
            .upload(_, let seen), .download(let seen):
            seen
        case .scroll(_, _, let seen), .press(_, _, let seen): seen
        default: nil
        }
    }

    /// Whether it does something to the page that is shown, so that its effects are of interest.
    var isDeed: Bool {
        switch self {
        case .click, .clickPoint, .hover, .focus, .drag, .selectText, .scroll, .scrollTo, .findText, .type, .typeKeys,
            .press, .setChecked, .select, .setValue, .setExpanded, .upload, .download:
            true
        default: false
        }
    }

    /// Whether effects that come late are waited for.
    var isPatient: Bool {
        switch self {
        case .click, .clickPoint, .drag, .setChecked, .setExpanded: true
        default: false
        }
    }

    /// Whether its own message says where it leads.
    var saysWhereItLeads: Bool {
        switch self {
        case .navigate, .search, .goThroughHistory, .reload, .switchTab, .closeTab: true
        default: false
        }
    }

    /// The action with names in place of the values of secrets in what leaves for a page or the net: a planner that has got to
    /// know a value may use it no more freely than the name.
    func masked(by mask: SecretMask) -> PageAction {
        guard !mask.isEmpty else { return self }
        return switch self {
        case .navigate(let url, let inNewTab): .navigate(mask.masked(url), inNewTab: inNewTab)
        case .search(let query, let engine): .search(mask.masked(query), engine)
        case .type(let text, let seen, let mode):
            .type(TypedText(mask.masked(text.text), isHidden: text.isHidden), into: seen, mode: mode)
        case .typeKeys(let text): .typeKeys(TypedText(mask.masked(text.text), isHidden: text.isHidden))
        case .select(let choices, let seen, let mode):
            .select(
                choices.map { OptionChoice(mask.masked($0.name), group: $0.group, position: $0.position) },
                in: seen,
                mode: mode
            )
        case .setValue(let value, let seen): .setValue(mask.masked(value), of: seen)
        case .writeFile(let name, let contents, let appends):
            .writeFile(name, contents: mask.masked(contents), appends: appends)
        case .replaceInFile(let name, let old, let new): .replaceInFile(name, old: old, new: mask.masked(new))
        default: self
        }
    }

    /// What goes to a place where no secret may go; `nil` where it is typed or shown to the user.
    var openText: String? {
        switch self {
        case .navigate(let url, _): url
        case .search(let query, _): query
        case .findText(let text), .searchPage(let text, _), .findElements(let text, _): text
        case .evaluate(let code): code
        case .upload(let paths, _): paths.joined(separator: " ")
        case .writeFile(let name, let contents, _): "\(name) \(contents)"
        case .replaceInFile(let name, _, let new): "\(name) \(new)"
        case .setValue(let value, _): value
        default: nil
        }
    }
}
