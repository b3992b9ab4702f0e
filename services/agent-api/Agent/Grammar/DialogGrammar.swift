//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Questions of the page: alerts, confirmations, prompts.
enum DialogGrammar {
    private static let natives: Set<String> = [
        "alert", "confirm", "confirmation", "prompt", "question", "alert box", "confirm box", "alert dialog",
        "confirm dialog", "confirmation dialog", "prompt dialog", "browser dialog", "javascript alert", "browser alert",
        "native dialog", "alert message", "warning", "the alert", "all dialogs", "every dialog", "dialogs", "alerts",
        "confirmation prompt", "confirmation box", "confirmation message", "javascript dialog", "confirm prompt",
    ]

    /// Whether a phrase means a dialog of the browser rather than one that the page paints.
    static func isNativeDialog(_ phrase: Phrase) -> Bool { natives.contains(phrase.key) }

    private static let yes: Set<String> = [
        "yes", "ok", "okay", "y", "accept", "sure", "positively", "affirmatively", "true",
    ]
    private static let no: Set<String> = ["no", "cancel", "n", "negatively", "false", "dismiss"]

    /// "no", "with yes", "the question with \"Bob\"".
    static func answer(_ phrase: Phrase, isOnlyIfAsked: Bool) -> Instruction.Action? {
        var words = phrase.trimmed
        if let (what, answer) = words.split(atLast: ["with", "by"]), what.tokens.allSatisfy({ $0.kind == .word }),
            isNativeDialog(what.withoutArticle)
                || ["it", "them", "the prompt", "the dialog", "all questions"].contains(what.key)
        {
            words = answer
        }
        if words.first?.key == "with", words.count > 1 { words = words.dropFirst() }
        if let (answer, place) = words.split(atLast: ["to", "in", "into"]),
            isNativeDialog(place.withoutArticle) || place.withoutArticle.key == "dialog"
        {
            words = answer
        }
        let key =
            words.withoutArticle.isQuotation
            ? words.text.lowercased() : words.withoutArticle.key.replacing(" button", with: "")
        if yes.contains(key) { return .answerDialogs(accept: true, text: nil, isOnlyIfAsked: isOnlyIfAsked) }
        if no.contains(key) { return .answerDialogs(accept: false, text: nil, isOnlyIfAsked: isOnlyIfAsked) }
        guard !words.isEmpty else { return nil }
        return .answerDialogs(accept: true, text: words.text, isOnlyIfAsked: isOnlyIfAsked)
    }
}
