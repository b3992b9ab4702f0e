//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The origins whose pages may read the service's responses: `CORS_ORIGINS`.
package struct OriginPolicy: Hashable, Sendable, CustomStringConvertible {
    /// What a page may do.
    enum Permission: Hashable {
        /// Nothing.
        case none

        /// Read what is public, without cookies.
        case anyone

        /// Read, with cookies.
        case named
    }

    private enum Pattern: Hashable {
        case any
        case null
        case origin(scheme: String, host: String, isBelow: Bool, port: Port)
    }

    private enum Port: Hashable {
        case any
        case number(Int)
    }

    private let patterns: [Pattern]

    /// Whether the pages may also make changes. Those of the default policy may not.
    let permitsChanges: Bool

    private init(_ patterns: [Pattern], permitsChanges: Bool) {
        self.patterns = patterns
        self.permitsChanges = permitsChanges
    }

    /// Only the service's own origin.
    package static let none = OriginPolicy([], permitsChanges: false)

    /// Pages served by this machine, and files. They may only read.
    package static let loopback: OriginPolicy = {
        let hosts = ["localhost", "127.0.0.1", "::1"]
        let origins = hosts.flatMap { host in
            ["http", "https"].map { Pattern.origin(scheme: $0, host: host, isBelow: false, port: .any) }
        }
        return OriginPolicy(origins + [.null], permitsChanges: false)
    }()

    /// Parses origins separated by commas: `https://dash.example.com`, `https://*.example.com`, `http://localhost:*`,
    /// `null`, `*`.
    ///
    /// - Throws: ``InvalidPattern``.
    package init(_ list: String) throws(InvalidPattern) {
        var patterns: [Pattern] = []
        for text in list.patterns { patterns.append(try Self.pattern(text)) }
        self.init(patterns, permitsChanges: true)
    }

    private static func pattern(_ text: String) throws(InvalidPattern) -> Pattern {
        if text == "*" { return .any }
        if text.lowercased() == "null" { return .null }
        let refusal = InvalidPattern(
            text,
            allowed: "https://dash.example.com, https://*.example.com, http://localhost:*, null, or *"
        )
        guard let (scheme, authority) = Self.parts(text) else { throw refusal }
        let isBelow = authority.hasPrefix("*.")
        var host = isBelow ? authority.dropFirst(2) : authority[...]
        let hasAnyPort = host.hasSuffix(":*")
        if hasAnyPort { host = host.dropLast(2) }
        guard let name = HostField(field: host), !(hasAnyPort && name.port != nil) else { throw refusal }
        let port = hasAnyPort ? Port.any : .number(name.port ?? Self.port(of: scheme))
        return .origin(scheme: scheme, host: name.name, isBelow: isBelow, port: port)
    }

    /// Whether no origins are allowed.
    var isEmpty: Bool { patterns.isEmpty }

    func permission(of origin: String) -> Permission {
        if patterns.contains(where: { Self.matches($0, origin) }) { return .named }
        return patterns.contains(.any) ? .anyone : .none
    }

    private static func matches(_ pattern: Pattern, _ origin: String) -> Bool {
        switch pattern {
        case .any: return false
        case .null: return origin == "null"
        case .origin(let scheme, let name, let isBelow, let port):
            guard let (ownScheme, authority) = Self.parts(origin), ownScheme == scheme,
                let host = HostField(field: authority),
                isBelow ? host.name.hasSuffix(".\(name)") : host.name == name
            else { return false }
            if case .number(let number) = port { return number == host.port ?? Self.port(of: scheme) }
            return true
        }
    }

    /// The scheme and the rest of `scheme://rest`.
    static func parts(_ origin: String) -> (scheme: String, authority: String)? {
        guard let separator = origin.firstRange(of: "://") else { return nil }
        let scheme = origin[..<separator.lowerBound].lowercased()
        return ["http", "https"].contains(scheme) ? (scheme, String(origin[separator.upperBound...])) : nil
    }

    static func port(of scheme: String) -> Int { scheme == "https" ? 443 : 80 }

    /// The list as in the settings.
    package var description: String {
        patterns.map { pattern in
            switch pattern {
            case .any: return "*"
            case .null: return "null"
            case .origin(let scheme, let name, let isBelow, let port):
                let host = name.contains(":") ? "[\(name)]" : name
                let end: String
                switch port {
                case .any: end = ":*"
                case .number(let number): end = number == Self.port(of: scheme) ? "" : ":\(number)"
                }
                return "\(scheme)://\(isBelow ? "*." : "")\(host)\(end)"
            }
        }.joined(separator: ",")
    }
}
