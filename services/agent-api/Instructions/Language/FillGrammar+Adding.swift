//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Signing in, and adding to lists.
extension FillGrammar {
    static let userNames = [
        "username", "user name", "user", "e-mail", "email", "email address", "e-mail address", "login", "user id",
        "account",
    ]

    static func signingIn(_ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let user = Target(spoken: "username", readings: userNames.map { Reading(name: Name($0)) })
        let password = Target(spoken: "password", readings: [Reading(name: Name("password"))])
        var deeds: [Deed] = []
        var rest = rest
        if rest.starts("to"), let with = rest.offset(of: "with", "as") { rest = rest.dropping(with) }
        if rest.first?.word == "as" {
            let end =
                (1..<rest.count).first {
                    ["with", "and", "using"].contains(rest[$0]?.word ?? "") || rest[$0]?.is(",") == true
                } ?? rest.count
            let name = rest.range(1..<end)
            if !name.isEmpty { deeds.append(.assign(user, ValueGrammar.value(name))) }
            rest = rest.dropping(end)
        }
        for segment in rest.listed {
            var part = segment
            while part.count > 1, let first = part.first,
                ["with", "using", "the", "a", "my", "and"].contains(first.word)
            { part = part.dropping(1) }
            guard part.count > 1, let first = part.first else { continue }
            if first.word == "password" || first.word == "passwort" {
                let value = part.dropping(
                    ["is", "of", "="].contains(part[1]?.word ?? "") || part[1]?.is(":") == true ? 2 : 1
                )
                deeds.append(.assign(password, ValueGrammar.value(value)))
            } else if let pair = pair(part) {
                if ["username", "user", "email", "e-mail", "login"].contains(first.word) {
                    deeds.append(
                        .either([
                            pair,
                            .assign(
                                user,
                                ValueGrammar.value(
                                    part.dropping(first.word == "user" && part[1]?.word == "name" ? 2 : 1)
                                )
                            ),
                        ])
                    )
                } else {
                    deeds.append(pair)
                }
            }
        }
        let verb = VerbGrammar.verb(whole).map { whole.prefix($0.length).words } ?? ["log", "in"]
        let button = Deed.act(Deed.Act(words: verb, target: .nothing, clause: Name(verb.joined(separator: " "))))
        if deeds.isEmpty || !deeds.contains(where: isCredential) && verb != ["sign", "up"] {
            return DeedGrammar.acting(whole) + (rest.isEmpty ? [button] : [])
        }
        return [.several(deeds + [button])]
    }

    static func isCredential(_ deed: Deed) -> Bool {
        switch deed {
        case .assign(let target, _): ["username", "password"].contains(target.spoken)
        case .either: true
        default: false
        }
    }

    static func adding(_ rest: Phrase, _ whole: Phrase) -> [Deed] {
        if rest.offset(of: "to the end of", "at the end of") != nil, let (value, place) = appended(rest) {
            return [.type(value, into: place, mode: .append)]
        }
        var deeds = DeedGrammar.acting(whole)
        // "Add the following: A, B": not a thing of that name.
        if rest.starts("the following"), rest.offset(ofMark: ":") != nil { deeds = [] }
        var things = rest
        if let colon = things.offset(ofMark: ":"), colon + 1 < things.count {
            things = things.dropping(colon + 1)
        } else if let to = things.lastOffset(of: "to", "into", "in"), to > 0 {
            things = things.prefix(to)
        }
        var noun = "item"
        var bare = things.withoutArticle
        if bare.first?.word == "new", bare.count > 1 { bare = bare.dropping(1) }
        if let first = bare.first, first.isWord, !first.isCapitalized, bare.count > 1, let next = bare[1],
            next.isQuoted || next.isCapitalized || next.is(":") || ["called", "named", "titled"].contains(next.word)
        {
            noun = first.word
            things = bare.dropping(["called", "named", "titled"].contains(next.word) || next.is(":") ? 2 : 1)
        }
        // "Add one more lamp": where a number says how many there are.
        for words in ["one more", "another"] where rest.starts(words) {
            let thing = rest.dropping(words.split(separator: " ").count)
            if !thing.isEmpty { return deeds + [.adjust(TargetGrammar.target(thing), by: 1, isUp: true)] }
        }
        let entries = things.listed.map(\.text)
        if !entries.isEmpty { deeds.append(.addEntries(entries, noun: noun)) }
        if let to = rest.lastOffset(of: "to"), to > 0, to + 1 < rest.count {
            // "Add extra cheese to the toppings"
            deeds.append(
                .choose(TargetGrammar.target(rest.prefix(to)), in: TargetGrammar.target(rest.dropping(to + 1)), .also)
            )
        }
        return deeds
    }
}
