//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Numbers in texts.
enum Numbers {
    /// The number that a text begins with or has first.
    static func first(in text: String) -> Double? { times(in: text).first ?? all(in: text).first }

    static func all(in text: String) -> [Double] { tokens(in: text).map(\.value) }

    /// Hours and minutes, in minutes: "7:30", "2h 15m".
    static func times(in text: String) -> [Double] {
        var found: [Double] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "|" }) {
            let parts = word.split(separator: ":")
            if parts.count == 2, let hours = Double(parts[0]), let minutes = Double(parts[1].prefix(2)) {
                var value = hours * 60 + minutes
                let suffix = parts[1].dropFirst(2).lowercased()
                if suffix.hasPrefix("pm"), hours < 12 { value += 720 }
                if suffix.hasPrefix("am"), hours == 12 { value -= 720 }
                found.append(value)
            }
        }
        return found
    }

    private static let ages: [String: Double] = [
        "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600,
        "d": 86_400, "day": 86_400, "w": 604_800, "week": 604_800, "month": 2_592_000, "y": 31_536_000,
        "year": 31_536_000,
    ]

    /// How long ago something was, in seconds: "3 h ago", "2 days ago".
    static func age(in text: String) -> Double? {
        let words = WordForms.words(of: text)
        guard let ago = words.firstIndex(of: "ago"), ago > 0 else { return nil }
        func unit(_ word: String) -> Double? { ages[word] ?? ages[WordForms.stem(word)] }
        if ago > 1, let unit = unit(words[ago - 1]) {
            return (Double(words[ago - 2]) ?? (["a", "an", "one"].contains(words[ago - 2]) ? 1 : nil)).map { $0 * unit }
        }
        let digits = words[ago - 1].prefix(while: \.isNumber)
        return Double(digits).flatMap { amount in
            unit(String(words[ago - 1].dropFirst(digits.count))).map { $0 * amount }
        }
    }

    struct Found { var value: Double, text: String, before: Substring, after: Substring }

    static func tokens(in text: String) -> [Found] {
        var found: [Found] = []
        var rest = text[...]
        while let start = rest.firstIndex(where: \.isWholeNumber) {
            var end = start
            while end < rest.endIndex,
                rest[end].isWholeNumber
                    || (".,".contains(rest[end]) && rest.index(after: end) < rest.endIndex
                        && rest[rest.index(after: end)].isWholeNumber)
            {
                end = rest.index(after: end)
            }
            let written = String(rest[start..<end])
            var digits = written
            let isGrouped =
                digits.contains(",")
                && digits.split(separator: "," as Character).dropFirst().allSatisfy { (part: Substring) in
                    part.prefix(while: \.isNumber).count == 3
                }
            digits = isGrouped ? digits.replacing(",", with: "") : digits.replacing(",", with: ".")
            let isNegative =
                start > rest.startIndex && "-−".contains(rest[rest.index(before: start)])
                && (rest.index(before: start) == rest.startIndex
                    || !rest[rest.index(rest.index(before: start), offsetBy: -1)].isLetter)
            if let value = Double(digits) {
                found.append(
                    Found(
                        value: isNegative ? -value : value,
                        text: written,
                        before: text[..<start],
                        after: text[end...]
                    )
                )
            }
            rest = rest[end...]
        }
        return found
    }

    /// The number before or behind a sign: "€ 30".
    static func beside(_ symbol: String, in text: String) -> Double? { allBeside(symbol, in: text).first }

    static func allBeside(_ symbol: String, in text: String) -> [Double] {
        tokens(in: text).filter {
            $0.before.trimmingSuffix.hasSuffix(symbol) || $0.after.trimmingPrefix.hasPrefix(symbol)
        }.map(\.value)
    }

    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String((value * 100).rounded() / 100)
    }
}

extension Substring {
    fileprivate var trimmingPrefix: Substring { drop(while: \.isWhitespace) }
    fileprivate var trimmingSuffix: Substring {
        var rest = self
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
