//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import JSON
package import JSONSchema
package import PageActions

/// What a model can do in a step. Indices are those of the page's text, `[33]`.
package enum ModelAction: Sendable, Hashable {
    /// Open an address, in the tab that is shown or in a new one.
    case navigate(url: String, newTab: Bool)
    /// Search the web.
    case search(query: String, engine: SearchEngine)
    /// Click an element.
    case click(index: Int)
    /// Type into a field, in place of what it holds or behind it.
    case input(index: Int, text: String, clear: Bool)
    /// Press keys such as `Enter` or `Control+A`, or type where the cursor is.
    case sendKeys(String)
    /// Scroll by pages, the whole page or the box around an element.
    case scroll(down: Bool, pages: Double, index: Int?)
    /// Go back in the history.
    case goBack
    case wait(seconds: Int)
    /// Show another tab.
    case switchTab(String)
    case closeTab(String)
    /// Choose an option of a list.
    case selectDropdown(index: Int, text: String)
    /// List the options of a list.
    case dropdownOptions(index: Int)
    /// Put a file into a file field.
    case uploadFile(index: Int, path: String)
    /// Scroll to a text.
    case findText(String)
    /// Read something from the whole page, as JSON where there is a schema for it.
    case extract(query: String, schema: JSONSchema?)
    /// Look at a picture of the page.
    case screenshot
    /// Run JavaScript.
    case evaluate(code: String)
    /// Say how the next question of the page by a dialog is answered.
    case answerDialog(accept: Bool, text: String?)
    /// Find the places in the page's text that contain a text or match a pattern.
    case searchPage(text: String, isPattern: Bool)
    /// List what a CSS selector matches.
    case findElements(selector: String, attributes: [String])
    case saveAsPDF(name: String?)
    case writeFile(name: String, contents: String, appends: Bool)
    case replaceInFile(name: String, old: String, new: String)
    case readFile(name: String)
    /// Ask the person for whom the task is done.
    case askHuman(String)
    /// End the task.
    case done(text: String, success: Bool)

    /// Where to search the web.
    package typealias SearchEngine = PageAction.SearchEngine
}

extension ModelAction {
    /// The element that it is about.
    var index: Int? {
        switch self {
        case .click(let index), .input(let index, _, _), .selectDropdown(let index, _), .dropdownOptions(let index),
            .uploadFile(let index, _):
            index
        case .scroll(_, _, let index): index
        default: nil
        }
    }

    /// Whether it ends the task.
    var isDone: Bool {
        if case .done = self { true } else { false }
    }

    /// The action's name in the notation.
    var name: String { call().name }

    /// The action with its parameters.
    ///
    /// - Parameter hidesText: whether a text that is typed is not to be shown.
    func call(hidesText: Bool = false) -> ActionCall {
        switch self {
        case .navigate(let url, let newTab): ActionCall("navigate", ("url", url), ("new_tab", "\(newTab)"))
        case .search(let query, let engine): ActionCall("search", ("query", query), ("engine", engine.rawValue))
        case .click(let index): ActionCall("click", ("index", "\(index)"))
        case .input(let index, let text, let clear):
            ActionCall(
                "input",
                ("index", "\(index)"),
                ("text", hidesText ? hiddenText : text),
                ("clear", "\(clear)")
            )
        case .sendKeys(let keys): ActionCall("send_keys", ("keys", keys))
        case .scroll(let down, let pages, let index):
            ActionCall("scroll", ("down", "\(down)"), ("pages", "\(pages)"), index.map { ("index", "\($0)") })
        case .goBack: ActionCall("go_back")
        case .wait(let seconds): ActionCall("wait", ("seconds", "\(seconds)"))
        case .switchTab(let tab): ActionCall("switch", ("tab_id", tab))
        case .closeTab(let tab): ActionCall("close", ("tab_id", tab))
        case .selectDropdown(let index, let text):
            ActionCall("select_dropdown", ("index", "\(index)"), ("text", text))
        case .dropdownOptions(let index): ActionCall("dropdown_options", ("index", "\(index)"))
        case .uploadFile(let index, let path): ActionCall("upload_file", ("index", "\(index)"), ("path", path))
        case .findText(let text): ActionCall("find_text", ("text", text))
        case .extract(let query, let schema):
            ActionCall(
                "extract",
                ("query", query),
                schema.map { ("output_schema", $0.source.text.clipped(to: 200)) }
            )
        case .screenshot: ActionCall("screenshot")
        case .evaluate(let code): ActionCall("evaluate", ("code", code.clipped(to: 200)))
        case .answerDialog(let accept, let text):
            ActionCall("answer_dialog", ("accept", "\(accept)"), text.map { ("text", $0) })
        case .searchPage(let text, let isPattern):
            ActionCall("search_page", ("pattern", text), ("regex", "\(isPattern)"))
        case .findElements(let selector, _): ActionCall("find_elements", ("selector", selector))
        case .saveAsPDF(let name): ActionCall("save_as_pdf", name.map { ("file_name", $0) })
        case .writeFile(let name, let contents, let appends):
            ActionCall(
                "write_file",
                ("file_name", name),
                ("content", contents.clipped(to: 200)),
                ("append", "\(appends)")
            )
        case .replaceInFile(let name, let old, let new):
            ActionCall(
                "replace_file",
                ("file_name", name),
                ("old_str", old.clipped(to: 100)),
                ("new_str", new.clipped(to: 100))
            )
        case .readFile(let name): ActionCall("read_file", ("file_name", name))
        case .askHuman(let question): ActionCall("ask_human", ("question", question.clipped(to: 200)))
        case .done(let text, let success):
            ActionCall("done", ("text", text.clipped(to: 200)), ("success", "\(success)"))
        }
    }
}
