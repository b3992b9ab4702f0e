//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Kinds and names.
extension TargetGrammar {
    /// Kind and name in what is left of the head.
    static func names(_ phrase: Phrase, _ base: Reading) -> [Reading] {
        guard !phrase.isEmpty else { return [base] }
        var readings: [Reading] = []
        func add(_ change: (inout Reading) -> Void) {
            var reading = base
            change(&reading)
            readings.append(reading)
        }
        func name(_ part: Phrase) -> Name { Name(part.text, isQuoted: part.count == 1 && part.first?.isQuoted == true) }
        let leading = kind(at: 0, phrase)
        let trailing = trailingKind(phrase)
        if let leading, leading.length == phrase.count {
            add {
                $0.kind = leading.kind
                $0.noun = phrase.text.lowercased()
                $0.shape = Words.shapes[phrase.first?.word ?? ""]
            }
        } else if let trailing {
            let rest = phrase.droppingLast(trailing.length)
            add { reading in
                reading.kind = trailing.kind
                reading.noun = phrase.range(phrase.count - trailing.length..<phrase.count).text.lowercased()
                if rest.count == 1, let word = rest.first?.word, Words.colors.contains(word) {
                    reading.color = word
                } else {
                    reading.name = name(rest.withoutArticle)
                }
            }
        }
        if let leading, leading.length < phrase.count {
            add {
                $0.kind = leading.kind
                $0.noun = phrase.prefix(leading.length).text.lowercased()
                $0.name = name(phrase.dropping(leading.length).withoutArticle)
            }
        }
        if let word = phrase.first?.word, phrase.count == 1, let shape = Words.shapes[word] {
            add {
                $0.shape = shape
                $0.noun = word
            }
        }
        if phrase.count <= 3,
            let colored = (0..<phrase.count).first(where: {
                ["colored", "coloured", "color", "colour"].contains(phrase[$0]?.word ?? "")
            }), colored > 0, let word = phrase[colored - 1].map({ $0.text.lowercased() }), Words.colors.contains(word)
        {
            add {
                $0.color = word
                $0.noun = phrase.last?.word
            }
        }
        if phrase.count == 2, let token = phrase.first, let last = phrase.last,
            ["widget", "element", "control"].contains(last.word), let kind = Words.kinds[token.text.lowercased()]
        {
            add {
                $0.kind = kind
                $0.noun = token.text.lowercased()
            }
        }
        if phrase.count == 1, let token = phrase.first, token.isWord {
            if Words.colors.contains(token.word) { add { $0.color = token.word } }
            add { $0.noun = token.word }
        }
        let quoted = phrase.tokens.filter(\.isQuoted)
        if quoted.count == 1, phrase.count > 1, let token = quoted.first {
            let words = phrase.tokens.filter { !$0.isQuoted && $0.isWord && !Words.determiners.contains($0.word) }
            add {
                $0.name = Name(token.text, isQuoted: true)
                $0.noun = words.map(\.word).joined(separator: " ")
                if words.count == 1 {
                    $0.kind = Words.kinds[words[0].word] ?? Words.kinds[WordForms.stem(words[0].word)]
                }
            }
        } else if phrase.count > 1,
            !phrase.tokens.dropFirst().contains(where: {
                $0.isWord && (Words.relations[$0.word] != nil || $0.word == "as" || $0.word == "and")
            })
        {
            if let first = phrase.first, first.isWord, !first.isCapitalized, leading == nil {
                add {
                    $0.noun = first.word
                    $0.name = name(phrase.dropping(1))
                }
            }
            if let last = phrase.last, last.isWord, !last.isCapitalized, !last.isNumber, trailing == nil {
                add {
                    $0.noun = last.word
                    $0.name = name(phrase.droppingLast())
                }
            }
        }
        add { $0.name = name(phrase) }
        // "Shipping city": the city of what is about shipping.
        if phrase.count == 2 || phrase.count == 3, quoted.isEmpty, base.scopes.isEmpty,
            phrase.tokens.allSatisfy({ $0.isWord && !$0.isNumber })
        {
            let last = phrase.range(phrase.count - 1..<phrase.count)
            let first = phrase.droppingLast()
            add {
                $0.name = name(last)
                $0.scopes = [
                    Reading.Scope(
                        relation: .titled,
                        target: Target(spoken: first.text, readings: [Reading(name: Name(first.text))])
                    )
                ]
            }
            if let noun = last.first, !noun.isCapitalized {
                add {
                    $0.noun = noun.word
                    $0.scopes = [
                        Reading.Scope(
                            relation: .titled,
                            target: Target(spoken: first.text, readings: [Reading(name: Name(first.text))])
                        )
                    ]
                }
            }
        }
        return readings
    }

    /// The kind that words at a place mean, in the singular or the plural.
    static func kind(at offset: Int, _ phrase: Phrase) -> (kind: Kind, length: Int)? {
        for length in stride(from: min(3, phrase.count - offset), to: 0, by: -1) {
            let tokens = (offset..<offset + length).compactMap { phrase[$0] }
            guard tokens.allSatisfy(\.isWord), tokens.dropFirst().allSatisfy({ !$0.isCapitalized }) else { continue }
            // "Button ONE" is a button, "Save Button" may be one; "Text" alone, capitalized, is rather a name.
            let words = tokens.map(\.word)
            if let kind = Words.kinds[words.joined(separator: " ")] { return (kind, length) }
            if let last = words.last, last.hasSuffix("s") || last.hasSuffix("es") {
                for ending in [1, 2] {
                    let singular = (words.dropLast() + [String(last.dropLast(ending))]).joined(separator: " ")
                    if let kind = Words.kinds[singular] { return (kind, length) }
                }
                if last.hasSuffix("ies"),
                    let kind = Words.kinds[(words.dropLast() + [last.dropLast(3) + "y"]).joined(separator: " ")]
                {
                    return (kind, length)
                }
            }
        }
        return nil
    }

    static func trailingKind(_ phrase: Phrase) -> (kind: Kind, length: Int)? {
        for length in stride(from: min(3, phrase.count - 1), to: 0, by: -1) {
            if let found = kind(at: phrase.count - length, phrase), found.length == length { return found }
        }
        return nil
    }
}
