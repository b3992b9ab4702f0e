//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What a person is asked: "ask me for the code", "ask me whether it is right", "wait for my approval".
enum HumanGrammar {
    private static let whom: Set<String> = ["me", "us"]
    private static let approvals = [
        "for my approval", "for my confirmation", "for my permission", "for my consent", "for my ok", "for my okay",
        "for me to approve", "for me to confirm", "until i approve", "until i confirm", "until i agree",
        "until i say so",
    ]

    /// What a clause asks of a person; `nil` for any other.
    static func deed(_ phrase: Phrase) -> Deed? {
        if phrase.first?.word == "wait" { return waiting(phrase.dropping(1)) }
        guard phrase.count > 2, phrase.first?.word == "ask" else { return nil }
        var rest: Phrase
        if let word = phrase[1]?.word, whom.contains(word) {
            rest = phrase.dropping(2)
        } else if phrase.has(["the", "user"], at: 1) {
            rest = phrase.dropping(3)
        } else {
            return nil
        }
        if let mark = rest.first, mark.is(":") || mark.is(",") { rest = rest.dropping(1) }
        guard let first = rest.first else { return nil }
        if rest.starts("for approval", "for permission", "for confirmation", "for my approval") {
            return approval(rest.dropping(first.word == "for" ? (rest[1]?.word == "my" ? 3 : 2) : 0))
        }
        if ["whether", "if"].contains(first.word), rest.count > 1 { return .ask(.answer, spoken(rest)) }
        if first.word == "to", rest.count > 1, ["approve", "confirm"].contains(rest[1]?.word ?? "") {
            return approval(rest.dropping(2))
        }
        if first.word == "for", rest.count > 1 { return .ask(.answer, spoken(rest.dropping(1))) }
        return .ask(.answer, spoken(rest))
    }

    private static func waiting(_ rest: Phrase) -> Deed? {
        for words in approvals where rest.starts(words) {
            return approval(rest.dropping(words.split(separator: " ").count))
        }
        return nil
    }

    /// "… to send the order", "… before the order is sent", "… of the order"
    private static func approval(_ rest: Phrase) -> Deed {
        var rest = rest
        if let first = rest.first, ["to", "of", "for", "before", ":", ","].contains(first.text.lowercased()) {
            rest = rest.dropping(1)
        }
        return .ask(.approval, rest.isEmpty ? "Shall the run go on?" : "Approve: \(rest.written)")
    }

    private static func spoken(_ phrase: Phrase) -> String {
        if phrase.count == 1, let only = phrase.first, only.isQuoted { return only.text }
        let text = phrase.written
        return text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix("?") ? "" : "?")
    }
}
