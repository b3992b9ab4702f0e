//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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

        /// Whether there must be exactly so many.
        var isExact: Bool {
            switch self {
            case .both, .count: true
            default: false
            }
        }

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
        words = WordForms.words(of: text)
    }
}
