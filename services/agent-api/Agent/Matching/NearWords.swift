//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How near two words are, as a person would say: 1 for the same, 0 for different ones.
enum NearWords {
    static func nearness(_ one: String, _ other: String) -> Double {
        if one == other { return 1 }
        if let group = Synonyms.group(of: one), Synonyms.group(of: other) == group { return 0.9 }
        let isOneShorter = one.utf8.count < other.utf8.count
        let (shorter, longer) = isOneShorter ? (one, other) : (other, one)
        let length = shorter.utf8.count
        let same = sameCount(shorter.utf8, longer.utf8)
        if same >= min(length, 3), stem(one) == stem(other) { return 0.95 }
        // "info" for "information"
        if length >= 4, same == length, !(shorter.last?.isNumber ?? true) { return 0.75 }
        let allowed = length >= 8 ? 2 : length >= 4 ? 1 : 0
        guard allowed > 0, longer.utf8.count - length <= allowed else { return 0 }
        // Most words differ in more than a slip of the pen; that is told without counting it out.
        let sameAtEnd = sameCount(shorter.utf8.reversed(), longer.utf8.reversed())
        guard same + sameAtEnd >= length - 2 * allowed else { return 0 }
        // "Item 12" and "Item 13" are not the same with a slip of the pen.
        func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
        guard !one.utf8.contains(where: isDigit), !other.utf8.contains(where: isDigit) else { return 0 }
        let distance = distance(Array(one.unicodeScalars), Array(other.unicodeScalars), limit: allowed)
        return distance <= allowed ? 0.85 - 0.1 * Double(distance - 1) : 0
    }

    /// How many bytes are the same from the beginning on.
    private static func sameCount(_ one: some Sequence<UInt8>, _ other: some Sequence<UInt8>) -> Int {
        var count = 0
        var rest = other.makeIterator()
        for byte in one {
            guard rest.next() == byte else { break }
            count += 1
        }
        return count
    }

    /// Without the endings of plurals and verbs.
    static func stem(_ word: String) -> Substring {
        let count = word.utf8.count
        guard count > 3 else { return word[...] }
        if word.hasSuffix("ies"), count > 4 { return word.dropLast(3) }
        if word.hasSuffix("sses") || word.hasSuffix("xes") || word.hasSuffix("ches") || word.hasSuffix("shes") {
            return word.dropLast(2)
        }
        if word.hasSuffix("ing"), count > 5 { return word.dropLast(3) }
        if word.hasSuffix("ed"), count > 4 { return word.dropLast(2) }
        if word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us"), !word.hasSuffix("is") {
            return word.dropLast()
        }
        if word.hasSuffix("y"), count > 3 { return word.dropLast() }
        if word.hasSuffix("e"), count > 4 { return word.dropLast() }
        return word[...]
    }

    /// The edit distance with exchanges of neighbours, or anything above the limit.
    static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar], limit: Int) -> Int {
        guard abs(one.count - other.count) <= limit, one.count < 64, other.count < 64 else { return limit + 1 }
        var beforeLast = [Int](repeating: 0, count: other.count + 1)
        var last = Array(0...other.count)
        for row in 1...max(one.count, 1) where !one.isEmpty {
            var current = [row] + [Int](repeating: 0, count: other.count)
            var smallest = row
            for column in 1...max(other.count, 1) where !other.isEmpty {
                let cost = one[row - 1] == other[column - 1] ? 0 : 1
                var value = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
                    value = min(value, beforeLast[column - 2] + 1)
                }
                current[column] = value
                smallest = min(smallest, value)
            }
            if smallest > limit { return limit + 1 }
            (beforeLast, last) = (last, current)
        }
        return last[other.count]
    }
}

/// Words that mean the same on a web page.
enum Synonyms {
    private static let groups: [[String]] = [
        ["submit", "send", "ok", "okay", "go"], ["basket", "cart", "bag", "trolley"],
        ["delete", "remove", "trash", "bin", "×", "destroy", "discard"],
        ["close", "dismiss", "x", "×", "✕", "✖"], ["cancel", "abort"], ["edit", "modify", "change"], ["email", "mail"],
        ["phone", "telephone", "mobile", "tel"], ["search", "find"], ["next", "continue", "forward", "proceed"],
        ["previous", "prev", "back"], ["quantity", "qty", "amount", "number"], ["username", "user", "login"],
        ["surname", "lastname"], ["forename", "firstname"], ["zip", "postcode", "postal"], ["country", "nation"],
        ["colour", "color"], ["favourite", "favorite", "star"], ["picture", "image", "photo"], ["save", "store"],
        ["settings", "preferences", "options"], ["dropdown", "select"], ["organisation", "organization"],
        ["centre", "center"],
        ["description", "desc"], ["information", "info"], ["message", "msg"], ["password", "passwd", "pwd"],
        ["address", "addr"],
        ["number", "no", "nr"], ["grey", "gray"], ["licence", "license"], ["catalogue", "catalog"],
        ["cheque", "check"],
        ["and", "&"], ["yes", "y"], ["confirm", "accept"], ["agree", "accept"], ["subtotal", "sub"], ["price", "cost"],
        ["reference", "ref"], ["birthday", "birthdate"],
    ]

    private static let byWord: [String: Int] = Dictionary(
        groups.enumerated().flatMap { index, words in words.map { ($0, index) } },
        uniquingKeysWith: { first, _ in first }
    )

    /// The group that a word is in.
    static func group(of word: String) -> Int? { byWord[word] }

    /// Names of several words that mean the same.
    private static let phrases: [[String]] = [
        ["login", "log in", "sign in", "signin", "log on", "logon", "sign on"],
        ["logout", "log out", "sign out", "signout", "log off"],
        ["sign up", "signup", "register", "create account", "create an account", "join"],
        ["check out", "checkout", "proceed to checkout", "go to checkout"],
        ["submit", "send", "ok", "done"], ["add to cart", "add to basket", "add to bag", "add to trolley"],
        ["delete", "remove", "×", "x", "✕", "trash", "🗑", "🗑️", "destroy"],
        ["close", "×", "x", "✕", "✖", "dismiss", "close dialog"], ["next", "next page", "›", "»", ">", "→"],
        ["previous", "previous page", "prev", "‹", "«", "<", "←"], ["last name", "surname", "family name"],
        ["first name", "given name", "forename"],
        ["email", "email address", "mail address", "mail"],
        ["phone", "phone number", "telephone", "telephone number", "mobile number"],
        ["zip", "zip code", "postal code", "postcode"],
        [
            "username", "user name", "login name", "user", "email", "user id", "email or username",
            "username or email",
        ],
        ["date of birth", "birthday", "birth date", "birthdate"],
        ["more", "show more", "read more", "load more", "see more", "more info"],
        ["place order", "order now", "buy now", "complete order", "order"], ["increase", "+", "plus", "increment"],
        ["decrease", "-", "−", "minus", "decrement"], ["search", "🔍", "go", "find"],
        ["star", "☆", "★", "favorite", "favourite"], ["menu", "☰"], ["settings", "⚙", "⚙️"],
        ["home", "homepage", "start page", "start"],
        ["accept all", "accept", "accept cookies", "accept all cookies", "allow all", "agree"], ["reply", "↩"],
        ["forward", "↪"], ["edit", "✎", "✏️", "change"], ["archive", "archive this"],
    ]

    private static let byPhrase: [String: Set<Int>] = {
        var table: [String: Set<Int>] = [:]
        for (index, names) in phrases.enumerated() { for name in names { table[name, default: []].insert(index) } }
        return table
    }()

    /// Whether two names mean the same.
    static func areAlike(_ one: Words, _ other: Words) -> Bool {
        guard let groups = byPhrase[key(one)], let others = byPhrase[key(other)] else { return false }
        return !groups.isDisjoint(with: others)
    }

    /// Whether a name means the same as some other.
    static func hasAny(_ name: Words) -> Bool { byPhrase[key(name)] != nil }

    private static func key(_ words: Words) -> String {
        words.list.isEmpty ? words.plain : words.list.joined(separator: " ")
    }
}
