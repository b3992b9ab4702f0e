//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser

/// One step of a task.
package struct Instruction: Sendable, Hashable {
    /// What is to be done.
    package enum Action: Sendable, Hashable {
        /// Open an address, or a path of the site that is open.
        case navigate(String)
        /// Open an address in another tab.
        case openTab(String)
        /// Search on the page that is open.
        case search(String)
        /// Click an element.
        case click(TargetList)
        /// Click an element twice.
        case doubleClick(Target)
        /// Click an element with the other mouse button.
        case rightClick(Target)
        /// Move the mouse over an element.
        case hover(Target)
        /// Put the cursor into an element.
        case focus(Target)
        /// Drag one element onto another.
        case drag(Target, onto: Target)
        /// Make a field hold something.
        case fill(Target, Content)
        /// Type an entry into the field for new ones and confirm it.
        case add(Content, to: Target)
        /// Press a key, in an element if one is named.
        case press(String, times: Int, in: Target?)
        /// Check (`true`), uncheck (`false`) or toggle (`nil`) boxes.
        case setChecked(TargetList, Bool?)
        /// Choose options, from a list if one is named. Without any option: choose none.
        case select(TargetList, from: Target)
        /// Open or close something that unfolds.
        case setExpanded(Target, Bool)
        /// Open sections, go through tabs or pages, or scroll until an element is there.
        case reveal(Reveal, until: Target)
        /// Click an element again and again until something is so.
        case clickUntil(Target, Condition)
        /// Send the form.
        case submit
        /// Close a dialog, a banner or a menu of the page.
        case close(Target)
        /// Wait until something is so.
        case wait(Condition)
        /// Make sure that something is so.
        case expect(Condition)
        /// Wait for some time.
        case pause(Duration)
        /// Scroll the page, or a part of it if one is named.
        case scroll(ScrollDirection, times: Int, in: Target?)
        /// Scroll until an element can be seen.
        case scrollTo(Target)
        /// Go back (negative) or forward in the history.
        case history(Int)
        /// Load the page again.
        case reload
        /// Give files to a field for them.
        case upload([String], to: Target)
        /// Click what gives a file and wait until it has come.
        case download(Target)
        /// Go to another tab of the browser, or of the page.
        case showTab(TabChoice)
        /// Close a tab of the browser.
        case closeTab(TabChoice)
        /// Answer the page's questions: the one that the step before set off, and those to come.
        case answerDialogs(accept: Bool, text: String?, isOnlyIfAsked: Bool)
        /// Look something up and keep it in mind for "it" and "that".
        case find(Target, Query)
        /// Read something, as a part of the task's result.
        case read(Query)
        /// Read something for a later step alone.
        case copy(Query)
    }

    /// How to get to what cannot be seen yet.
    package enum Reveal: String, Sendable, Hashable {
        /// Open collapsed sections, folders and menus.
        case expand
        /// Go through the page's tabs.
        case tabs
        /// Scroll down.
        case scroll
        /// Go from page to page of a list.
        case pages
    }

    package enum TabChoice: Sendable, Hashable {
        /// The one that is shown.
        case current
        /// By number: from 0, or from -1 backwards.
        case position(Int)
        /// The one that was shown before.
        case previous
        /// The one opened last.
        case newest
        /// By its title or address, or a tab of the page by its name.
        case named(Target)
    }

    /// The words of the task that say it.
    package var source: String
    /// What is to be done.
    package var action: Action
    /// What must be so for the step to be done at all: "if a banner appears, …".
    package var condition: Condition?
    /// What the step and the next one are called together where their words could also be one name: "Save and close".
    var joined: Target?

    package init(source: String, action: Action, condition: Condition? = nil) {
        self.source = source
        self.action = action
        self.condition = condition
    }
}

/// What a field is to hold.
package enum Content: Sendable, Hashable {
    case text(String)
    /// Something that is to be read from the page first.
    case found(Query, orElse: String?)
    /// What was read or copied last.
    case remembered
}

/// Something that is so on a page, or is not.
package struct Condition: Sendable, Hashable {
    /// What is so.
    package enum Fact: Sendable, Hashable {
        /// The page shows a text or an element of that name.
        case shows(Target)
        /// An element can be used.
        case enabled(Target)
        /// A box is checked, an option chosen.
        case checked(Target)
        /// A section is open.
        case expanded(Target)
        /// Something on the page says or contains a text.
        case holds(Query, String)
        /// The title contains a text.
        case title(String)
        /// The address contains a text.
        case address(String)
        /// There are so many of something.
        case count(Query, Int)
        /// The page has loaded.
        case loaded
        /// A file has come.
        case downloaded
    }

    /// What is so.
    package var fact: Fact
    /// Whether the contrary is meant.
    package var isNegated: Bool

    package init(_ fact: Fact, isNegated: Bool = false) {
        self.fact = fact
        self.isNegated = isNegated
    }
}

/// A question to the page.
package struct Query: Sendable, Hashable {
    /// What kind of question.
    package indirect enum Form: Sendable, Hashable {
        /// The page's title.
        case title
        /// The page's address.
        case address
        /// The text of the whole page.
        case page
        /// How many there are of something: "items".
        case count(String)
        /// A part of a text: the fourth word of the paragraph.
        case part(TextPart, Int, of: String)
        /// What something says or holds: what is asked for, such as "price", and of which thing.
        case value(String, of: ElementScope?)
        /// What all the things of a kind say: the names of all products.
        case all(String, of: String)
        /// Whether something is so.
        case whether(Condition)
    }

    package enum TextPart: String, Sendable, Hashable {
        /// Letters, digits and marks, without white space.
        case character
        /// What stands between spaces, without punctuation around it.
        case word
        /// What ends with a full stop, an exclamation or a question mark.
        case sentence
        /// What stands in a line.
        case line
    }

    /// The words of the task.
    package var spoken: String
    /// What kind of question.
    package var form: Form

    package init(spoken: String, form: Form) {
        self.spoken = spoken
        self.form = form
    }
}
