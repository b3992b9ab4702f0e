//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents

/// An element as a person speaks of it: "the second Details link in the row of Ada".
///
/// What is meant is often open until one has seen the page: "first name" is a field's label or the first field called
/// "name". So a target holds each way to understand it, the likeliest first, and the page decides.
package struct Target: Sendable, Hashable {
    /// The words of the task, without quotes where they are nothing but a quotation.
    package var spoken: String
    /// The ways to understand it.
    package var meanings: [ElementDescription]

    package init(spoken: String, meanings: [ElementDescription]) {
        self.spoken = spoken
        self.meanings = meanings
    }

    init(_ description: ElementDescription, spoken: String? = nil) {
        self.init(spoken: spoken ?? description.spoken, meanings: [description])
    }

    /// The element that is not named: the only field, the only list.
    static let unnamed = Target(ElementDescription(), spoken: "")

    /// Whether nothing is said of it.
    package var isUnnamed: Bool { meanings.allSatisfy { $0 == ElementDescription() } }

    /// Whether it is "it", the element that was used last.
    package var isPronoun: Bool { meanings.contains { $0.isPronoun } }

    /// Whether more than one element is meant: "both fields", "all checkboxes".
    package var isPlural: Bool { meanings.contains { $0.quantity != .one } }

    /// Whether what is typed there is better not shown.
    var isSecret: Bool { meanings.contains { Secret.isNamed($0.name) } }

    /// The same within a place that was named before it.
    func within(_ scope: ElementScope) -> Target {
        var target = self
        target.meanings = meanings.map { meaning in
            var meaning = meaning
            meaning.scopes.append(scope)
            return meaning
        }
        return target
    }
}

/// One way to understand what a person calls an element.
package struct ElementDescription: Sendable, Hashable {
    /// What kind of element it is said to be.
    package enum Role: String, Sendable, Hashable, CaseIterable {
        /// What is pushed.
        case button
        /// What leads elsewhere.
        case link
        /// What is typed into.
        case field
        /// What is checked or switched.
        case checkbox
        /// One choice of several.
        case radio
        /// What is chosen from.
        case list
        /// A choice of a list or a menu.
        case option
        /// A tab of the page.
        case tab
        /// What opens a menu, or the menu.
        case menu
        /// A picture or an icon.
        case image
        case heading
        /// A row of a table.
        case row
        /// One of several things of a kind: a list item, a card, a product.
        case item
        /// A part of the page that may unfold.
        case section
        /// A slider or a spinner.
        case slider
        /// A window in the page.
        case dialog
        /// A search result.
        case result
    }

    /// How many are meant.
    package enum Quantity: Sendable, Hashable {
        case one
        /// All that there are: "all", "both", "every".
        case all
        /// The first so many.
        case first(Int)
    }

    /// Its label, text, placeholder, title or name. Empty where only the kind or the place is known.
    package var name: String
    /// Whether the name was quoted, so that no word of it is there by chance.
    package var isQuoted: Bool
    /// What kind of element it is said to be, if any.
    package var role: Role?
    /// Which of several: from 0, or from -1 backwards.
    package var position: Int?
    /// How many are meant.
    package var quantity: Quantity
    /// Where it is, from the nearest outwards.
    package var scopes: [ElementScope]
    /// Whether it is "it", the element that was used last.
    package var isPronoun: Bool

    package init(
        name: String = "",
        isQuoted: Bool = false,
        role: Role? = nil,
        position: Int? = nil,
        quantity: Quantity = .one,
        scopes: [ElementScope] = [],
        isPronoun: Bool = false
    ) {
        self.name = name
        self.isQuoted = isQuoted
        self.role = role
        self.position = position
        self.quantity = quantity
        self.scopes = scopes
        self.isPronoun = isPronoun
    }

    /// The element as a person would say it.
    var spoken: String {
        var words: [String] = []
        if quantity == .all { words.append("all") }
        if let position { words.append("the \(Ordinals.spoken(position))") }
        if !name.isEmpty { words.append(name) }
        if let role { words.append(role.rawValue) }
        return words.isEmpty ? "it" : words.joined(separator: " ")
    }

    /// For messages about what is not there: `button "Save" in "Address"`.
    var sought: String {
        let kind = role?.rawValue ?? "element"
        var text = name.isEmpty ? kind : "\(kind) \"\(name)\""
        if let position { text = "\(Ordinals.spoken(position)) \(text)" }
        for scope in scopes { text += " \(scope.relation.rawValue) \"\(scope.spoken)\"" }
        return text
    }
}

/// Several elements in one breath: "apples, pears and plums". Where the words may also be the name of one element,
/// "Terms and Conditions", the page decides.
package struct TargetList: Sendable, Hashable {
    /// The words as one name.
    package var whole: Target
    /// Each by itself; one and the same as ``whole`` where there is only one, none for "nothing".
    package var parts: [Target]

    package init(whole: Target, parts: [Target]) {
        self.whole = whole
        self.parts = parts
    }

    init(_ target: Target) { self.init(whole: target, parts: [target]) }

    var spoken: String { whole.spoken }
}

/// Where an element is: in the row of something, next to it, under it.
package struct ElementScope: Sendable, Hashable {
    /// How the element lies to the place.
    package enum Relation: String, Sendable, Hashable {
        case inside = "in"
        case near = "next to"
        case below = "under"
        case above = "above"
    }

    /// How the element lies to the place.
    package var relation: Relation
    /// What the place says or is called. Empty where only its kind or its number is known.
    package var name: String
    /// What kind of place it is said to be, if any.
    package var role: ElementDescription.Role?
    /// Which of several places.
    package var position: Int?

    package init(
        _ relation: Relation,
        name: String,
        role: ElementDescription.Role? = nil,
        position: Int? = nil
    ) {
        self.relation = relation
        self.name = name
        self.role = role
        self.position = position
    }

    var spoken: String {
        var words: [String] = []
        if let position { words.append("the \(Ordinals.spoken(position))") }
        if !name.isEmpty { words.append(name) }
        if let role, name.isEmpty { words.append(role.rawValue) }
        return words.joined(separator: " ")
    }
}

/// What is better not shown in a log.
enum Secret {
    static let mask = hiddenText
    private static let names: Set<String> = [
        "password", "passwords", "passcode", "passphrase", "secret", "pin", "otp", "cvv", "cvc", "pwd", "token",
    ]

    /// Whether a field of this name holds a secret.
    static func isNamed(_ name: String) -> Bool {
        name.lowercased().split { !$0.isLetter }.contains { names.contains(String($0)) }
    }

    /// A text with what stands next to such a name masked: `the password "x"`, `password: x`.
    static func masked(_ text: String) -> String {
        var tokens = Tokenizer.tokens(of: text)
        var isNext = false
        var secrets: Set<Int> = []
        for (index, token) in tokens.enumerated() {
            if token.kind == .word, isNamed(token.key) {
                isNext = true
            } else if isNext, token.kind == .quoted || !Self.joints.contains(token.key) {
                if token.kind != .mark { secrets.insert(index) }
                isNext = false
            }
            // "type x into Password", "x as the password"
            if token.kind == .word, isNamed(token.key) {
                var before = index - 1
                while before >= 0, before > index - 4,
                    ["the", "a", "my", "your", "as", "into", "in", "for", "field", "new"].contains(tokens[before].key)
                {
                    before -= 1
                }
                if before >= 0, before < index - 1,
                    ["as", "into", "in", "for"].contains(where: { word in
                        tokens[(before + 1)..<index].contains { $0.key == word }
                    }), tokens[before].kind != .mark
                {
                    secrets.insert(before)
                }
            }
        }
        for index in secrets {
            tokens[index] = Token(
                kind: .word,
                text: mask,
                key: mask,
                hasSpaceBefore: tokens[index].hasSpaceBefore,
                range: tokens[index].range
            )
        }
        return secrets.isEmpty ? text : Phrase(tokens[...]).text
    }

    private static let joints: Set<String> = [":", "=", "as", "is", "to", "of", "with", "field", "box", "the", "be"]
}
