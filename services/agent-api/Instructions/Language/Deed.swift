//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Browser

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
    /// Opens something so that another thing is shown, by the mouse over it or a click.
    case reveal(Target, Target)
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
    /// A number beside a – and a + that is to become another. `from` is what it was before the last click.
    case count(Target, to: Int, from: Int?)
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
    case answer(accept: Bool, text: String?, kind: DialogKind? = nil)
    /// Asks the person for whom the task is done. The answer is remembered.
    case ask(WaitingFor.Kind, String)
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
    /// The same, only where the page has all of them now.
    case all([Deed])
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

extension Deed {
    /// Whether it reads what the page says.
    var isReading: Bool {
        switch self {
        case .read, .copy: true
        default: false
        }
    }
}
