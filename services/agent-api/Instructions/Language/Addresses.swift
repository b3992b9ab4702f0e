//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Addresses in sentences.
enum Addresses {
    static func isAddress(_ token: Token) -> Bool {
        guard token.kind != .mark, token.text.utf8.count > 3 else { return false }
        let text = token.text.lowercased()
        if text.hasPrefix("http://") || text.hasPrefix("https://") || text.hasPrefix("about:")
            || text.hasPrefix("file://") || text.hasPrefix("data:")
        {
            return true
        }
        if text.hasPrefix("/"), text.dropFirst().first?.isLetter == true { return true }
        if text.hasPrefix("localhost") || text.hasPrefix("127.0.0.1") || text.hasPrefix("www.") { return true }
        return false
    }

    /// Whether it could be the name of a site: "example.com/shop".
    static func isSite(_ token: Token) -> Bool {
        if isAddress(token) { return true }
        let host = token.text.split(separator: "/", maxSplits: 1).first.map(String.init) ?? ""
        let name = host.split(separator: ":").first.map(String.init) ?? host
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        if !token.text.contains("@"), isHost(labels),
            labels.count == 4 && labels.allSatisfy({ UInt8($0) != nil })
                || hasPort(host) && name.contains(where: \.isLetter)
        {
            return true
        }
        guard labels.count > 1, !token.text.contains("@"), let last = labels.last, last.count > 1,
            last.allSatisfy(\.isLetter)
        else { return false }
        return isHost(labels)
    }

    private static func isHost(_ labels: [Substring]) -> Bool {
        labels.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" } }
    }

    private static func hasPort(_ host: String) -> Bool {
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && UInt16(parts[1]) != nil
    }

    /// The address of a clause that is about nothing but going there.
    static func only(in phrase: Phrase) -> String? {
        guard let token = phrase.tokens.first(where: isAddress) else {
            guard phrase.count == 1, let token = phrase.first, token.isWord, isSite(token) else { return nil }
            return token.text
        }
        let verb = VerbGrammar.verb(phrase)
        switch verb?.verb {
        case .go, .open, nil, .reload, .back: return token.text
        case .read where phrase.first?.word == "is": return token.text
        case .wait, .verify, .type, .assign, .read, .click, .append, .copy: return nil
        default: return phrase.count <= 4 ? token.text : nil
        }
    }
}
