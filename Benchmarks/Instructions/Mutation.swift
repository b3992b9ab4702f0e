//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A sentence of the benchmark that asks for something else because one significant word is changed.
///
/// Whoever completes it with the deed of the original has left a word out.
struct Mutation: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        /// Another name in the place of one.
        case name
        /// Another number or ordinal in the place of one.
        case number
        /// A word that nothing on the page speaks for, somewhere in the sentence.
        case extraWord = "extra word"
        /// A scope behind the sentence that nothing on the page fits.
        case extraScope = "extra scope"
        /// A condition that does not hold.
        case condition
        case negation
    }

    let kind: Kind
    let text: String

    /// Nothing on any page is called so.
    private static let unknown = "Zanzibar"

    /// All mutations of a task.
    ///
    /// - Parameters:
    ///   - task: The task's sentences, without the one that opens the page.
    ///   - names: Texts of the page's data, of which those in the sentences are replaced.
    static func all(of task: String, names: [String]) -> [Mutation] {
        let words = task.split(separator: " ").map(String.init)
        func changed(_ kind: Kind, _ change: (inout [String]) -> Void) -> Mutation {
            var words = words
            change(&words)
            return Mutation(kind: kind, text: words.joined(separator: " "))
        }
        var found = names.filter { task.contains($0) }.map { name in
            Mutation(kind: .name, text: task.replacing(name, with: unknown))
        }
        for (index, word) in words.enumerated() {
            if let other = otherNumber(word) { found.append(changed(.number) { $0[index] = other }) }
        }
        for index in words.indices where isOutsideOfQuotation(words, index) && !isForbidden(words, index) {
            found.append(changed(.extraWord) { $0.insert(unknown.lowercased(), at: index) })
        }
        let ending = task.last.map { ".!?".contains($0) } == true ? String(task.suffix(1)) : ""
        let body = String(task.dropLast(ending.count))
        if !task.contains("\n") {
            found.append(Mutation(kind: .extraScope, text: "\(body) in the section \(unknown)\(ending)"))
            found.append(Mutation(kind: .extraScope, text: "\(body) with the \(unknown.lowercased()) label\(ending)"))
        }
        // What is said of one step of several says nothing of the others.
        guard isOneStep(body) else { return found }
        let start = task.prefix(1).lowercased() + task.dropFirst()
        found.append(Mutation(kind: .condition, text: "\(body) if there is a link called \(unknown)\(ending)"))
        found.append(Mutation(kind: .condition, text: "If the page says \"\(unknown)\", \(start)"))
        if ending != "?" {
            found.append(Mutation(kind: .negation, text: "Do not \(start)"))
            found.append(Mutation(kind: .negation, text: "Never \(start)"))
        }
        return found
    }

    /// Whether a word is said of what is not to be done. The deed is the same with another one there.
    private static func isForbidden(_ words: [String], _ index: Int) -> Bool {
        for word in words[..<index].reversed() {
            if ["not", "don't", "never", "without"].contains(word.lowercased()) { return true }
            if ".,;".contains(word.last ?? " ") || ["and", "then"].contains(word) { return false }
        }
        return false
    }

    private static func isOneStep(_ body: String) -> Bool {
        let isNegated = ["do not", "don't", "never", "without"].contains { body.lowercased().contains($0) }
        return !isNegated && ![". ", ", ", "\n", " and ", " then ", "; "].contains { body.contains($0) }
    }

    private static let ordinals = [
        "first": "third", "second": "fourth", "third": "first", "fourth": "second", "last": "first", "both": "three",
        "one": "four", "two": "five", "three": "one", "cheapest": "most expensive", "oldest": "youngest",
        "youngest": "oldest", "earliest": "latest", "largest": "smallest", "smallest": "largest", "above": "below",
        "below": "above",
    ]

    private static func otherNumber(_ word: String) -> String? {
        let core = word.lowercased().trimming { !$0.isLetter && !$0.isNumber }
        if let other = ordinals[core] { return word.lowercased().replacing(core, with: other) }
        guard let number = Int(core) else { return nil }
        return word.replacing(core, with: String(number + 1))
    }

    private static func isOutsideOfQuotation(_ words: [String], _ index: Int) -> Bool {
        let before = words[..<index].joined(separator: " ")
        let isQuoted = before.count { "\"“”".contains($0) } % 2 == 1 || before.count { $0 == "'" } % 2 == 1
        return !isQuoted && !before.contains(": ")
    }
}

extension StringProtocol {
    fileprivate func trimming(_ isCut: (Character) -> Bool) -> String {
        let rest = drop(while: isCut)
        return String(rest.reversed().drop(while: isCut).reversed())
    }
}
