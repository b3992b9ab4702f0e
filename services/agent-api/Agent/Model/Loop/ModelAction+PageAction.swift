//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

extension ModelAction {
    /// How many windows of scrolling mean all the way.
    private static let pagesToEnd = 10.0

    /// The action on the page; `nil` for what a model does without one.
    ///
    /// - Parameter element: gives the element of a number that the model has seen.
    /// - Throws: ``ActionFailure`` for an action that is not for its element.
    func pageAction(_ element: (Int) throws -> PageElement) throws -> PageAction? {
        func seen(_ index: Int) throws -> Seen { Seen(try element(index)) }
        switch self {
        case .navigate(let url, let newTab): return .navigate(url, inNewTab: newTab)
        case .search(let query, let engine): return .search(query, engine)
        case .goBack: return .goThroughHistory(by: -1)
        case .wait(let seconds): return .wait(.seconds(seconds))
        case .switchTab(let tab): return .switchTab(tab)
        case .closeTab(let tab): return .closeTab(tab)
        case .click(let index):
            let element = try element(index)
            guard element.tag != "select" else {
                throw ActionFailure(.notSupported, "[\(index)] is a list: choose an option with select_dropdown")
            }
            return .click(Seen(element))
        case .input(let index, let text, let clear):
            let element = try element(index)
            let isMoved = element.role == "slider" && element.tag != "input"
            if isMoved || element.attributes["readonly"] != nil { return .setValue(text, of: Seen(element)) }
            return .type(TypedText(text), into: Seen(element), mode: clear ? .replace : .append)
        // Keys by name, else a text to type.
        case .sendKeys(let keys): return Page.knowsKey(keys) ? .press(keys) : .typeKeys(TypedText(keys))
        case .selectDropdown(let index, let text): return .select([OptionChoice(text)], in: try seen(index))
        case .dropdownOptions(let index): return .listOptions(try seen(index))
        case .uploadFile(let index, let path): return .upload([path], to: try seen(index))
        case .scroll(let down, let pages, let index):
            let target = try index.map(seen)
            guard pages < Self.pagesToEnd else { return .scroll(down ? .bottom : .top, in: target) }
            return .scroll(down ? .down : .up, pages: pages, in: target)
        case .findText(let text): return .findText(text)
        case .evaluate(let code): return .evaluate(code)
        case .answerDialog(let accept, let text):
            return .answerDialog(accept ? .accept(text: text) : .dismiss)
        case .searchPage(let text, let isPattern): return .searchPage(text, isPattern: isPattern)
        case .findElements(let selector, let attributes): return .findElements(selector, attributes: attributes)
        case .saveAsPDF(let name): return .saveAsPDF(name)
        case .writeFile(let name, let contents, let appends):
            return .writeFile(name, contents: contents, appends: appends)
        case .replaceInFile(let name, let old, let new): return .replaceInFile(name, old: old, new: new)
        case .readFile(let name): return .readFile(name)
        case .extract, .screenshot, .askHuman, .done: return nil
        }
    }
}
