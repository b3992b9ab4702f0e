//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts

/// The host names that requests may use, in addition to those of this machine: `ALLOWED_HOSTS`.
///
/// This prevents DNS rebinding: if an attacker's page resolves its own name to 127.0.0.1, its browser takes the service
/// for the same origin, and only the `Host` header shows the difference.
package struct HostPolicy: Hashable, Sendable, CustomStringConvertible {
    private enum Pattern: Hashable {
        case any
        case name(String)
        case below(String)
        case block(AddressBlock)
    }

    private let patterns: [Pattern]

    /// Only names of this machine.
    package static let loopback = HostPolicy(patterns: [])

    /// Parses names separated by commas: `dash.example.com`, `*.example.com`, `10.0.0.7`, `[fe80::1]`,
    /// `172.16.0.0/12`, `*`.
    ///
    /// - Throws: ``InvalidPattern``.
    package init(_ list: String) throws(InvalidPattern) {
        var patterns: [Pattern] = []
        for text in list.patterns {
            if text == "*" {
                patterns.append(.any)
                continue
            }
            if text.contains("/"), let block = try? AddressBlock(text) {
                patterns.append(.block(block))
                continue
            }
            let isBelow = text.hasPrefix("*.")
            guard let host = HostField(field: isBelow ? text.dropFirst(2) : text[...]), host.port == nil else {
                throw InvalidPattern(
                    text,
                    allowed: "dash.example.com, *.example.com, an address, 10.1.2.0/24, or *, without a port"
                )
            }
            patterns.append(isBelow ? .below(host.name) : .name(host.name))
        }
        self.patterns = patterns
    }

    private init(patterns: [Pattern]) { self.patterns = patterns }

    /// Whether it adds no names.
    package var isEmpty: Bool { patterns.isEmpty }

    func allows(_ host: HostField) -> Bool {
        host.isLoopback
            || patterns.contains { pattern in
                switch pattern {
                case .any: true
                case .name(let name): host.name == name
                case .below(let name): host.name.hasSuffix(".\(name)")
                case .block(let block): IPAddress(host.name).map(block.contains) ?? false
                }
            }
    }

    /// The list as in the settings.
    package var description: String {
        patterns.map { pattern in
            switch pattern {
            case .any: "*"
            case .name(let name): name
            case .below(let name): "*.\(name)"
            case .block(let block): block.description
            }
        }.joined(separator: ",")
    }
}

/// Thrown for an invalid pattern in a list.
package struct InvalidPattern: Error, Hashable, CustomStringConvertible {
    /// What is wrong, and what is allowed.
    package let description: String

    init(_ pattern: String, allowed: String) {
        description = "\"\(pattern)\" is not allowed; it must be \(allowed)"
    }
}

extension String {
    /// The parts of a list separated by commas, without spaces around them and without empty ones.
    var patterns: [String] {
        split(separator: ",").map { part in
            let start = part.drop(while: \.isWhitespace)
            return String(
                start.prefix(
                    (start.lastIndex { !$0.isWhitespace }).map { start.distance(from: start.startIndex, to: $0) + 1 }
                        ?? 0
                )
            )
        }
        .filter { !$0.isEmpty }
    }
}
