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

/// Something on the page, as a sentence speaks of it. A phrase may mean more than one thing; the page decides.
struct Target: Hashable, Sendable {
    /// The words as they were written.
    var spoken: String
    /// What the words may mean, the likelier first. No reading leaves out a word.
    var readings: [Reading]
    /// The things that the phrase lists, where it lists several: "A, B and C".
    var parts: [Target] = []
    /// Things that are left out: "but not C".
    var exceptions: [Target] = []

    var isEmpty: Bool { spoken.isEmpty }
    var isPronoun: Bool { readings.first?.isPronoun ?? false }
    var isQuoted: Bool { readings.first?.name?.isQuoted ?? false }
    /// Whether it speaks of several things.
    var isPlural: Bool { !parts.isEmpty || readings.contains { $0.quantity != .one || ($0.order?.count ?? 1) != 1 } }

    static let nothing = Target(spoken: "", readings: [])
}

/// One meaning of a phrase: quantity × order × state × kind × name × scopes.
struct Reading: Hashable, Sendable {
    enum Quantity: Hashable, Sendable {
        case one, anyOne, all, both
        case count(Int)
        /// Any so many: "two posts".
        case some(Int)

        /// How many there must be at least.
        var least: Int {
            switch self {
            case .one, .anyOne: 1
            case .all, .both: 2
            case .count(let count), .some(let count): count
            }
        }
    }

    /// Which of several in their order.
    struct Order: Hashable, Sendable {
        /// From 1, or from -1 backwards. 0 is the middle one.
        var position: Int
        /// How many from there: "the first three".
        var count = 1
    }

    /// Which of several by a value of theirs.
    struct Extreme: Hashable, Sendable {
        var attributes: [String]
        var isLargest: Bool
        /// 2 for "the second cheapest".
        var rank = 1
    }

    struct Scope: Hashable, Sendable {
        var relation: Relation
        var target: Target
        /// The second thing of "between A and B".
        var other: Target?
    }

    var quantity: Quantity = .one
    var order: Order?
    var extreme: Extreme?
    var states: [State] = []
    var kind: Kind?
    /// The word for the kind where it is none of the language's: "the second mail".
    var noun: String?
    var name: Name?
    var color: String?
    var shape: String?
    var isLarge: Bool?
    var scopes: [Scope] = []
    var isPronoun = false
    /// Whether the name has to be the whole name of something.
    var isWhole = false
    /// "the other one"
    var isOther = false
    /// Its name is what the page answers: "the button with the number of circles".
    var answer: Question?
    /// "In ascending order": by their numbers, or else their names.
    var isAscending: Bool?

    /// Whether it says nothing of its own.
    var isBare: Bool { name == nil && kind == nil && noun == nil && color == nil && shape == nil && !isPronoun }
    /// Whether it says nothing but a colour or a state.
    var isQuality: Bool {
        name == nil && kind == nil && noun == nil && shape == nil && !isPronoun && scopes.isEmpty && order == nil
            && (color != nil || !states.isEmpty || isLarge != nil)
    }
}

/// What something is called.
struct Name: Hashable, Sendable {
    var text: String
    /// Whether it stood in quotation marks.
    var isQuoted = false
    /// The words by which names are compared.
    var words: [String]

    init(_ text: String, isQuoted: Bool = false) {
        self.text = text
        self.isQuoted = isQuoted
        words = Spelling.words(of: text)
    }
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
}

/// What a step does.
indirect enum Deed: Hashable, Sendable {
    case go(String, newTab: Bool)
    case history(Int)
    case reload
    case newTab
    case switchTab(Tab)
    case closeTab(Tab)
    case click(Target, Press)
    /// Opens what a menu path leads to: "File > Save".
    case path([Target])
    case hover(Target)
    case focus(Target)
    case find(Target)
    case type(Value, into: Target, mode: Mode)
    case typeKeys(Value)
    case clear(Target)
    /// Gives a control a value, or chooses it among what belongs to a label: "set Colour to red", "Smoker: yes".
    case assign(Target, Value)
    /// A label and a value in one run of words; the page decides where the one ends.
    case pair([Pair])
    case adjust(Target, by: Int?, isUp: Bool)
    case choose(Target, in: Target?, Choice)
    case check(Target, Bool?)
    case expand(Target, Bool)
    case press(String, times: Int, in: Target?)
    case drag(Target, Destination)
    case scroll(Direction, times: Int, in: Target?)
    case scrollToEnd(Direction, in: Target?)
    case scrollTo(Target)
    case upload([String], Target?)
    case download(Target)
    case answer(accept: Bool, text: String?)
    case wait(Duration)
    case waitUntil(Condition, limit: Duration?)
    case verify(Condition)
    case read(Question)
    case copy(Question)
    /// Uses a control that the page calls like the verb, on a thing: "archive the mail from Ann".
    case act(Act)
    case search(Value, Target?)
    /// The first of these that the page allows.
    case either([Deed])
    /// Several things one after the other that one clause says.
    case several([Deed])
    /// Fills each field by what the page says for its label.
    case fillByLabels
    /// Does something until a condition holds.
    case until(Deed, Condition)
    case close(Target)
    case submit
    case sort(Target, isDescending: Bool?)
    /// Puts entries into a list of the page: types each into the field for new ones and sends it.
    case addEntries([String], noun: String)
    case selectText(Target)
    /// Chooses among what a field suggests.
    case suggest(Value.Fragments)

    struct Pair: Hashable, Sendable {
        var label: Target
        var value: Value
    }

    enum Mode: Hashable, Sendable { case replace, append }
    enum Choice: Hashable, Sendable { case one, also, only, none, remove }
    enum Direction: String, Hashable, Sendable { case up, down, left, right }
    enum Tab: Hashable, Sendable {
        case current, newest, other, previous, next
        case position(Int)
        case named(Target)
    }

    struct Press: Hashable, Sendable {
        enum Button: Hashable, Sendable { case left, right }
        var button = Button.left
        var count = 1
        var times = 1
        var keys: Set<String> = []
        /// Whether something is to come of it.
        var isOpening = false
    }

    enum Destination: Hashable, Sendable {
        case onto(Target)
        case before(Target)
        case after(Target)
        case step(isUp: Bool, by: Int)
        case position(Int)
        case by(Direction, Int)
    }

    struct Act: Hashable, Sendable {
        /// The verb and its particles: "add", "sign up", "mark as read".
        var words: [String]
        var target: Target
        /// The whole clause, which may be the name of a control.
        var clause: Name
        /// The text that is to be written with it: "reply with …", "post: …".
        var text: Value?
        /// To whom or where: "forward it to Ann".
        var recipient: String?
        /// How often, or how many.
        var amount: Int?
        /// Whether only a control counts that is called like the whole clause, as the verb means something else.
        var isWhole = false
        /// Whether only a control counts that is called exactly like the clause.
        var isExact = false
        /// Whether the mouse is on the thing, where its controls may only then be shown.
        var isHovered = false
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
