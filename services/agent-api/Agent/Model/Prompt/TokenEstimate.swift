//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How many tokens a text has, for a model whose tokenizer nobody knows. It errs on the high side.
enum TokenEstimate {
    /// A token of English words has four to five letters.
    private static let lettersPerToken = 4

    static func tokens(in text: String) -> Int {
        var count = 0
        var letters = 0
        var signs = 0
        var previous: UInt8 = 0
        for byte in text.utf8 {
            let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
            let isSign = byte > 0x20 && byte < 0x80 && !isLetter && !(0x30...0x39).contains(byte)
            letters = isLetter ? letters + 1 : 0
            signs = isSign ? signs + 1 : 0
            switch byte {
            case _ where isLetter: if letters % lettersPerToken == 1 { count += 1 }
            // Signs that often stand together, such as `":{"`, are one token.
            case _ where isSign: if signs % 2 == 1 { count += 1 }
            // A space belongs to the word behind it.
            case 0x20: if previous == 0x20 { count += 1 }
            case ..<0x20: if previous != byte { count += 1 }
            // Of other scripts, a token has two bytes or more.
            case 0x80...: if previous < 0x80 || byte & 1 == 0 { count += 1 }
            // Many tokenizers know single digits only.
            default: count += 1
            }
            previous = byte
        }
        return count
    }

    /// So many characters have about so many tokens, in the texts of pages.
    static func characters(in tokens: Int) -> Int { tokens * 3 }

    /// The beginning of a text that has at most so many tokens, with a mark where it is cut.
    static func clipped(_ text: String, to limit: Int) -> String {
        guard tokens(in: text) > limit else { return text }
        var length = min(text.count, characters(in: limit))
        while length > 0 {
            let clipped = text.prefix(length) + "…"
            if tokens(in: String(clipped)) <= limit { return String(clipped) }
            length = length * 9 / 10
        }
        return ""
    }
}
