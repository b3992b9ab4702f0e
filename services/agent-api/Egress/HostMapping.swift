//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Chromium's `--host-resolver-rules`, which redirect hosts. Chromium does not apply them to connections through a
/// proxy, so the gate does.
///
/// Rules are separated by commas: `MAP <pattern> <host>[:<port>]`, `MAP <pattern> ~NOTFOUND`, `EXCLUDE <pattern>`. A
/// pattern is a host, or a host and its port, with `*` for any characters and `?` for at most one. `EXCLUDE` takes
/// precedence; otherwise the first `MAP` applies.
package struct HostMapping: Hashable, Sendable {
    /// The destination of a host.
    enum Destination: Hashable, Sendable {
        case host(String, port: Int)
        case nowhere
    }

    private struct Rule: Hashable, Sendable {
        var pattern: String
        /// `nil` for a host that does not exist.
        var host: String?
        /// `nil` keeps the port.
        var port: Int?
    }

    private var rules: [Rule] = []
    private var exclusions: [String] = []

    /// Maps nothing.
    package init() {}

    /// Reads rules as Chromium does: an invalid one is ignored.
    package init(rules text: some StringProtocol) {
        for rule in text.split(separator: ",") {
            let words = rule.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
            if words.count == 2, words[0] == "exclude" {
                exclusions.append(words[1])
            } else if words.count == 3, words[0] == "map" {
                add(words[1], words[2])
            }
        }
    }

    private mutating func add(_ pattern: String, _ replacement: String) {
        if replacement == "~notfound" || replacement == "^notfound" {
            rules.append(Rule(pattern: pattern))
            return
        }
        var host = replacement[...]
        var port: Int?
        let end = replacement.lastIndex(of: "]")
        if let colon = replacement.lastIndex(of: ":"), end.map({ $0 < colon }) ?? true {
            guard let number = UInt16(replacement[replacement.index(after: colon)...]) else { return }
            host = replacement[..<colon]
            port = Int(number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        if !host.isEmpty { rules.append(Rule(pattern: pattern, host: String(host), port: port)) }
    }

    /// The destination of a host; the host itself if no rule applies.
    func destination(of host: String, port: Int) -> Destination {
        let name = host.lowercased()
        if exclusions.contains(where: { Self.matches(name, $0) }) { return .host(host, port: port) }
        let withPort = name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
        for rule in rules where Self.matches(name, rule.pattern) || Self.matches(withPort, rule.pattern) {
            return rule.host.map { .host($0, port: rule.port ?? port) } ?? .nowhere
        }
        return .host(host, port: port)
    }

    /// Whether a text matches a pattern with `*` and `?`, in time proportional to the product of their lengths.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        // The lengths of the pattern's prefixes that match the text read so far.
        let pattern = Array(pattern.utf8)
        func extended(_ reached: [Bool]) -> [Bool] {
            var reached = reached
            for (index, byte) in pattern.enumerated() where reached[index] {
                if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") { reached[index + 1] = true }
            }
            return reached
        }
        var reached = [Bool](repeating: false, count: pattern.count + 1)
        reached[0] = true
        reached = extended(reached)
        for character in text.utf8 {
            var next = [Bool](repeating: false, count: pattern.count + 1)
            for (index, byte) in pattern.enumerated() where reached[index] {
                if byte == UInt8(ascii: "*") { next[index] = true }
                if byte == UInt8(ascii: "?") || byte == character { next[index + 1] = true }
            }
            reached = extended(next)
        }
        return reached[pattern.count]
    }
}
