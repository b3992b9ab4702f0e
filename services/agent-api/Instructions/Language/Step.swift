//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The verbs of the language.
enum Verb: String, Hashable, Sendable {
    case go, open, click, press, doubleClick, rightClick, hover, focus, type, append, clear, assign, increase, decrease,
        choose
    case unchoose, check, uncheck, toggle, expand, collapse, drag, scroll, upload, download, accept, dismiss, wait,
        verify, read
    case copy, find, search, back, forward, reload, switchTab, close, sortBy, signIn, submit, `repeat`, add, solve, draw
}

/// What sort of thing a noun means.
enum Kind: Hashable, Sendable {
    case button, link, field, checkbox, radio, list, option, tab, menu, menuItem, slider, section, row, column, cell,
        table
    case listGroup, form, dialog, heading, paragraph, image, icon, frame, item, shape, node, date, status, digit, letter
}

/// What state something is in.
enum State: Hashable, Sendable {
    case checked, unchecked, enabled, disabled, empty, filled, expanded, collapsed, shown, gone, focused
}

/// How one thing lies to another.
enum Relation: Hashable, Sendable {
    /// In it, of it, with it, by it: what belongs together.
    case within
    case called, starting, ending
    /// An attribute of it has a value: "whose status is Shipped".
    case whose
    case above, below, left, right, beside, before, after, between
    /// It is in a state or of a colour: "that are checked".
    case being
    /// It stands under a title: "Shipping city".
    case titled
}

/// What is typed or set.
indirect enum Value: Hashable, Sendable {
    case text(String)
    /// Something that the page says.
    case asked(Question, Change)
    /// What was read or copied last.
    case remembered
    /// The result of what the page asks one to compute.
    case computed
    /// One of the things that the page suggests: "an item that starts with Al and ends with ia".
    case suggested(Fragments)
    /// A quotation with words beside it, of which nobody knows whether they are to be typed too.
    case mixed(String)

    /// Parts that a text has.
    struct Fragments: Hashable, Sendable {
        var start = ""
        var end = ""
        var part = ""

        func fits(_ text: String) -> Bool {
            let text = text.lowercased()
            return text.hasPrefix(start.lowercased()) && text.hasSuffix(end.lowercased())
                && (part.isEmpty || text.contains(part.lowercased()))
        }

        var spoken: String {
            [
                start.isEmpty ? nil : "starts with \"\(start)\"", end.isEmpty ? nil : "ends with \"\(end)\"",
                part.isEmpty ? nil : "contains \"\(part)\"",
            ].compactMap { $0 }.joined(separator: " and ")
        }
    }

    /// What is done with a text before it is typed.
    enum Change: Hashable, Sendable { case none, upper, lower, capitalized, reversed }
}

/// What is asked of the page.
indirect enum Question: Hashable, Sendable {
    case title, address, heading, page, selection, dialog, result
    /// The result of what the page asks one to compute.
    case computed
    /// How many there are.
    case count(Target)
    /// How many there are, where the page may also state the number: the first that can be counted, and the first that is stated.
    case number(counted: [Target], stated: [Question])
    /// Something's text: "the message", "the text in the middle frame".
    case text(Target)
    /// A value by what it is called, of something or of the page: "the price of the lamp". The words may leave out the
    /// thing or the attribute.
    case attribute(words: [String], of: Target?, spoken: String)
    /// "The 4th word of the paragraph".
    case part(Reading.Order, unit: Unit, of: Target)
    /// A sum over things: "the total of the open invoices".
    case sum(attribute: String, of: Target)
    /// Whether something is so.
    case whether(Condition)
    /// The first of these that the page answers.
    case first([Question])

    enum Unit: Hashable, Sendable { case word, line, sentence, letter, character, paragraph }
}

/// What may be so or not, in "if", "wait until", "until" and "make sure".
indirect enum Condition: Hashable, Sendable {
    case state(Target, State)
    /// Something says a text: "the status says Saved".
    case says(Target, String)
    case title(String)
    case address(String)
    case shows(Target)
    case compares(Question, Comparison, String)
    case loaded, downloaded
    /// The page says something else than when the step before was over.
    case changed
    case not(Condition)

    enum Comparison: Hashable, Sendable { case equal, more, less, atLeast, atMost }

    /// Whether it is about a state that only a thing on the page can have or lack.
    var isState: Bool {
        switch self {
        case .state(_, let state): [.checked, .unchecked, .enabled, .disabled].contains(state)
        case .not(let inner): inner.isState
        default: false
        }
    }
}

/// A step: what is to be done, in the words that say it.
struct Step: Hashable, Sendable {
    /// The words, in one line.
    var spoken: String
    /// What they may ask for, the likelier first. The page decides.
    var deeds: [Deed]
    /// What it asks for where the page has something that is called exactly like it.
    var exact: Deed?
    var condition: Condition?
    /// Whether it is done only where the condition of the step before did not hold.
    var isOtherwise = false
    /// How often it is done.
    var times = 1
    /// What the step and the next one ask for when something on the page has both as its name: "click Save and Close".
    var joined: [Deed] = []
    /// Texts in it that are secret.
    var secrets: [String] = []
    /// Whether it is left out where there is nothing for it to do.
    var isOptional = false
    /// Whether it says beforehand how a dialog is to be answered.
    var isAhead = false
    /// Whether its verb is known. Others are looked up on the page.
    var isKnown = true
}
