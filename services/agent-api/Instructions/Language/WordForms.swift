//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How names are written, so that they can be compared.
enum WordForms {
    /// The words of a text in lower case; a run of signs is a word of its own where there is nothing else.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        func end() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        let characters = Array(text.lowercased())
        for (index, character) in characters.enumerated() {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else if character == "'" || character == "’" {
                continue
            } else if ".,:-/".contains(character), !word.isEmpty, index + 1 < characters.count,
                word.last?.isNumber == true,
                characters[index + 1].isNumber
            {
                word.append(character)
            } else {
                end()
                if !character.isWhitespace, isTelling(character) { words.append(String(character)) }
            }
        }
        end()
        return words.isEmpty ? text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() } : words
    }

    /// Signs that are part of a name: "C++", "7 + 8", "50 %".
    private static func isTelling(_ character: Character) -> Bool {
        // Arrows and triangles show that something opens.
        if let scalar = character.unicodeScalars.first, (0x25A0...0x25FF).contains(scalar.value) { return false }
        return isSign(character)
    }

    private static func isSign(_ character: Character) -> Bool {
        "+=÷×%€$£#&@*<>".contains(character) || character.isSymbol
    }

    /// A word without what plural and tense add.
    static func stem(_ word: String) -> String {
        guard word.utf8.count > 3 else { return word }
        for (ending, replacement) in [
            ("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("ing", ""), ("ed", ""),
        ] where word.hasSuffix(ending) && word.count - ending.count > 2 {
            var stem = word.dropLast(ending.count) + replacement
            if ending == "ing" || ending == "ed", stem.count > 3, stem.last == stem.dropLast().last, stem.last != "s",
                stem.last != "l"
            {
                stem = stem.dropLast()
            }
            return String(stem.last == "e" && stem.count > 3 ? stem.dropLast() : stem)
        }
        var stem = Substring(word)
        if stem.hasSuffix("s"), !stem.hasSuffix("ss"), !stem.hasSuffix("us"), !stem.hasSuffix("is") {
            stem = stem.dropLast()
        }
        if stem.hasSuffix("e"), stem.count > 3 { stem = stem.dropLast() }
        return String(stem)
    }
}
