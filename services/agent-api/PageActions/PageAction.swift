//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser

/// What can be done to a page. A planner chooses; ``PageActor`` does it.
package enum PageAction: Sendable, Hashable {
    // MARK: Going somewhere

    /// Opens an address, as a person writes it.
    case navigate(String, inNewTab: Bool = false)
    /// Searches the web.
    case search(String, SearchEngine = .duckduckgo)
    /// Goes back (negative) or forward in the history.
    case goThroughHistory(by: Int)
    case reload
    /// Shows another tab, by its id.
    case switchTab(String)
    /// Closes a tab, by its id.
    case closeTab(String)

    // MARK: The mouse

    /// Clicks an element.
    case click(Seen, Click = Click())
    /// Clicks a place in an element, from 0 to 1 of its width and height: for canvases, maps and drawings.
    case clickPoint(Seen, x: Double, y: Double)
    /// Moves the mouse onto an element.
    case hover(Seen)
    /// Puts the focus on an element, and the cursor behind what a field holds.
    case focus(Seen)
    case drag(Seen, to: DragDestination)
    /// Selects a text in an element by the mouse; all of it where no text is named.
    case selectText(String?, in: Seen)
    /// Scrolls a page, or a box in it by an element inside, by so many windows.
    case scroll(ScrollDirection, pages: Double = 1, in: Seen? = nil)
    /// Scrolls until an element is in the window.
    case scrollTo(Seen)
    /// Scrolls to where a text stands.
    case findText(String)

    // MARK: The keyboard

    /// Makes a field hold a text; an empty one that replaces clears it.
    case type(TypedText, into: Seen, mode: TypingMode = .replace)
    /// Types wherever the cursor is, key by key.
    case typeKeys(TypedText)
    /// Presses a key or a combination, such as `Enter` or `Control+A`.
    case press(String, times: Int = 1, in: Seen? = nil)

    // MARK: Choosing

    /// Checks or unchecks a box, a radio button or a switch, drawn or native.
    case setChecked(Seen, Bool)
    /// Chooses options of a list, native or drawn, or of what a field suggests.
    case select([OptionChoice], in: Seen, mode: SelectionMode = .replace)
    /// Lists the options of a list.
    case listOptions(Seen)
    /// Makes a slider, a spin button, or a date, time or colour field hold a value.
    case setValue(String, of: Seen)
    /// Opens or closes something that unfolds.
    case setExpanded(Seen, Bool)

    // MARK: Files and dialogs

    /// Gives files to a file field, or to the chooser that a button opens.
    case upload([String], to: Seen)
    /// Clicks something that brings a file, and waits for it.
    case download(Seen)
    /// Says how the next dialog of a kind, or of any that asks, is answered.
    case answerDialog(DialogAnswer, kind: DialogKind? = nil)
    /// Saves the page as a PDF in the run's directory.
    case saveAsPDF(String?)
    case writeFile(String, contents: String, appends: Bool)
    case replaceInFile(String, old: String, new: String)
    case readFile(String)

    // MARK: Reading and waiting

    /// Finds the places in the page's text that match a text or a regular expression.
    case searchPage(String, isPattern: Bool)
    /// Lists the elements that a CSS selector matches.
    case findElements(String, attributes: [String])
    case wait(Duration)
    /// Runs a script in the page.
    case evaluate(String)

    /// Where the web is searched.
    package enum SearchEngine: String, Sendable, CaseIterable {
        /// duckduckgo.com
        case duckduckgo
        /// google.com
        case google
        /// bing.com
        case bing
    }

    /// How an element is clicked.
    package struct Click: Sendable, Hashable {
        package var button: MouseButton
        /// 2 for a double click.
        package var count: Int
        /// Keys that are held.
        package var modifiers: Set<KeyModifier>

        package init(button: MouseButton = .left, count: Int = 1, modifiers: Set<KeyModifier> = []) {
            self.button = button
            self.count = count
            self.modifiers = modifiers
        }
    }

    /// Where something is dragged.
    package enum DragDestination: Sendable, Hashable {
        /// Onto the middle of an element.
        case onto(Seen)
        /// To a place in a list: in front of an element.
        case before(Seen)
        /// To a place in a list: behind an element.
        case after(Seen)
        /// By a distance in CSS pixels, right and down.
        case by(x: Double, y: Double)
        /// To a place in an element, from 0 to 1 of its width and height.
        case place(Seen, x: Double, y: Double)
    }

    /// What becomes of what a field holds.
    package enum TypingMode: Sendable, Hashable {
        /// The text stands in place of it.
        case replace
        /// The text stands behind it.
        case append
    }

    /// What becomes of the options that are chosen already.
    package enum SelectionMode: Sendable, Hashable {
        /// Exactly the named ones are chosen afterwards.
        case replace
        /// The named ones are chosen too.
        case add
        /// The named ones are not chosen any more.
        case remove
    }
}

/// A text that is typed.
package struct TypedText: Sendable, Hashable {
    /// The text; names of secrets stand in it in their marks, `<secret>name</secret>`.
    package var text: String
    /// Whether it is not to be shown, whatever it is typed into.
    package var isHidden: Bool

    package init(_ text: String, isHidden: Bool = false) {
        self.text = text
        self.isHidden = isHidden
    }
}

/// An option by its text, and by what tells it from others of the same text.
package struct OptionChoice: Sendable, Hashable {
    /// Its text, or else its value; names of secrets as in ``TypedText``.
    package var name: String
    /// The label of its group, where that matters.
    package var group: String?
    /// Which one of those that fit, from 1; -1 is the last. Without a name, which one of all.
    package var position: Int?

    package init(_ name: String, group: String? = nil, position: Int? = nil) {
        self.name = name
        self.group = group
        self.position = position
    }
}
