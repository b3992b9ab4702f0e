//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What an action has done, with what it has done it to.
package enum PerformedAction: Sendable, Hashable {
    // MARK: Going somewhere

    /// Opened an address. A status of the server is told where it says that something is wrong.
    case navigated(to: String, status: Int? = nil, leftUnresponsivePage: Bool = false)
    /// Opened an address in a new tab.
    case openedTab(String)
    /// Went back or forward in the history.
    case wentThroughHistory(isBack: Bool, to: String)
    /// Loaded the page again.
    case reloaded(String)
    /// Showed another tab.
    case switchedTab(id: String? = nil, to: String)
    /// Closed a tab, known by its id or by the address of its page.
    case closedTab(id: String)
    case closedPage(String)

    // MARK: The mouse

    /// Clicked an element.
    case clicked(String, closedItsTab: Bool = false)
    case doubleClicked(String)
    case rightClicked(String)
    /// Moved the mouse over an element.
    case hovered(String)
    case dragged(String, onto: String)
    /// Put the cursor into an element.
    case focused(String)
    /// Scrolled in a direction, or tried to where there was nothing more.
    case scrolled(String, hasMoved: Bool)
    /// Scrolled to an element.
    case scrolledTo(String)
    /// Scrolled to where a text stands.
    case scrolledToText(String)

    // MARK: The keyboard

    /// Typed a text, `nil` where it must not be shown. What the field holds is told where that is something else.
    case typed(String?, into: ElementLabel? = nil, nowHolds: String? = nil)
    case cleared(ElementLabel)
    case pressed(String, times: Int = 1)

    // MARK: Choosing

    case setChecked(String, isOn: Bool)
    case selected([String], in: ElementLabel)
    case unselected(String, in: String? = nil)
    /// Left nothing selected.
    case selectedNothing(in: String? = nil)
    /// Found selected what was to be selected.
    case foundSelected(String)
    /// Opened or closed something that unfolds.
    case setExpanded(String, isOpen: Bool)
    /// Found open or closed what was to be so.
    case foundExpanded(String, isOpen: Bool)
    case listedOptions(Int, of: Int)

    // MARK: Reading

    /// Read an answer to a question from the page.
    case read(String, answer: String)
    /// Had a model read the page.
    case extracted(String)
    /// Found something, after so many attempts to get to it.
    case found(String, steps: Int = 0)
    /// Saw that something is so.
    case saw(String)
    case tookPicture
    case ranScript(value: String)

    // MARK: Others

    case waited(Duration)
    /// Uploaded files, by their names, to a field.
    case uploaded(String, to: String)
    /// Uploaded files by clicking a button that asks for them.
    case uploadedByButton(String, button: String)
    /// Put a file, by its path, into a field.
    case putFile(String, into: String)
    /// Said beforehand how the page's questions are to be answered.
    case preparedAnswer(String)
    /// Saw that a dialog was answered.
    case answered(dialog: String, message: String, answer: String)
}

/// What an element is called, and whether that is told in quotation marks.
package enum ElementLabel: Sendable, Hashable {
    case plain(String)
    case quoted(String)

    /// The label as it stands in a sentence.
    package var phrase: String {
        switch self {
        case .plain(let text): text
        case .quoted(let text): "\"\(text)\""
        }
    }
}
