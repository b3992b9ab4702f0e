//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A pattern of web sites, as in `allowed_domains` and `sensitive_data` (protocol, section 4).
///
/// | pattern | hosts |
/// | --- | --- |
/// | `example.com` | that host, and `www.example.com`, since it has two parts |
/// | `app.example.com`, `localhost`, `10.0.0.7`, `[::1]` | that host |
/// | `*.example.com` | `example.com` and every host below it |
/// | `https://…`, `http://…`, `http*://…` | those over that scheme, or over either |
/// | `…:8443` | those on that port; without, on any |
///
/// A pattern without a scheme means `http` and `https`, unless other defaults are given
/// (``init(_:schemesByDefault:)``). WebSockets count as the scheme that they start with. Case and a trailing dot are
/// ignored. The patterns are those of browser-use.
package struct DomainPattern: Hashable, Sendable, CustomStringConvertible {
    private enum Hosts: Hashable, Sendable {
        case one(HostName)
        /// The name, with or without `www.`.
        case conventional(HostName)
        /// The name and all below it.
        case tree(HostName)
    }

    private let hosts: Hosts

    /// The schemes that the pattern allows.
    package let schemes: WebSchemes

    /// The port that the pattern allows; `nil` allows all.
    package let port: Int?

    /// The pattern as written, trimmed.
    package let description: String

    /// Reads a pattern.
    ///
    /// - Parameters:
    ///   - text: The pattern.
    ///   - schemesByDefault: The schemes of a pattern that names none.
    /// - Throws: ``InvalidDomainPattern``, which says what is wrong and what is allowed.
    package init(
        _ text: some StringProtocol,
        schemesByDefault: WebSchemes = .any
    ) throws(InvalidDomainPattern) {
        var rest = Substring(text).trimmingBlanks
        description = String(rest)
        if rest.isEmpty { throw InvalidDomainPattern(text: "", reason: "is empty") }
        func refuse(_ reason: String) -> InvalidDomainPattern {
            InvalidDomainPattern(text: String(text), reason: reason)
        }

        let hasScheme: Bool
        if let end = rest.firstRange(of: "://") {
            switch rest[..<end.lowerBound].lowercased() {
            case "http": schemes = .http
            case "https": schemes = .https
            case "http*", "*": schemes = .any
            case let scheme: throw refuse("has the scheme \"\(scheme)\", which cannot be allowed")
            }
            rest = rest[end.upperBound...]
            hasScheme = true
        } else {
            schemes = schemesByDefault
            hasScheme = false
        }
        if rest.hasSuffix("/*") { rest = rest.dropLast(2) } else if rest.hasSuffix("/") { rest = rest.dropLast() }
        if rest.contains(where: { "/?#\\".contains($0) }) { throw refuse("has a path, which cannot be enforced") }
        if rest.contains("@") { throw refuse("has a user name") }

        guard let (host, port) = HostName.splitPort(rest) else { throw refuse("has a bracket that is not closed") }
        self.port = try Self.port(port, refuse)
        hosts = try Self.hosts(host, hasScheme, refuse)
    }

    private static func port(
        _ text: Substring?,
        _ refuse: (String) -> InvalidDomainPattern
    ) throws(InvalidDomainPattern) -> Int? {
        guard let text, text != "*" else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text), port > 0 else {
            throw refuse(
                text.contains(":") ? "has an IPv6 address without brackets" : "has a port that is not 1 to 65535"
            )
        }
        return Int(port)
    }

    private static func hosts(
        _ text: Substring,
        _ hasScheme: Bool,
        _ refuse: (String) -> InvalidDomainPattern
    ) throws(InvalidDomainPattern) -> Hosts {
        if text.isEmpty { throw refuse("names no host") }
        let isTree = text.hasPrefix("*.")
        let name = isTree ? text.dropFirst(2) : text
        if name == "*" || name.isEmpty { throw refuse("allows every host; leave the list out for that") }
        if name.contains("*") { throw refuse("has a * that is not the first part of the name") }
        if !name.utf8.allSatisfy({ $0 < 0x80 }) {
            throw refuse("has letters outside of ASCII; write the name as browsers send it, xn--…")
        }
        guard let host = HostName(name) else {
            let isNumeric = name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
            throw refuse(isNumeric ? "is not an IPv4 address of four numbers" : "is not a host name")
        }
        guard isTree else {
            return host.address == nil && !hasScheme && host.labels.count == 2 ? .conventional(host) : .one(host)
        }
        if host.address != nil { throw refuse("has a * before an IP address") }
        if host.labels.count == 1, !Self.ownZones.contains(host.text) {
            throw refuse("allows a whole top-level domain")
        }
        return .tree(host)
    }

    /// Names under which anyone may have hosts (RFC 6761, RFC 6762, and ICANN's `internal`).
    private static let ownZones: Set<String> = ["localhost", "test", "example", "local", "internal"]

    /// The schemes allowed for a host and port; empty if none are.
    package func schemes(host: HostName, port: Int) -> WebSchemes {
        if let own = self.port, own != port { return [] }
        let matches =
            switch hosts {
            case .one(let name): host == name
            case .conventional(let name): host == name || host.text == "www.\(name.text)"
            case .tree(let name): host == name || (host.address == nil && host.text.hasSuffix(".\(name.text)"))
            }
        return matches ? self.schemes : []
    }

    /// Whether the pattern includes an origin.
    package func matches(_ origin: WebOrigin) -> Bool {
        schemes(host: origin.host, port: origin.port).contains(origin.scheme)
    }

    /// Whether the pattern includes the origin of a page. It never includes an address that is not on the web.
    ///
    /// - Parameter url: The address as a browser writes it (`location.href`, `location.origin`).
    package func matches(url: String) -> Bool {
        WebOrigin(url: url).map { self.matches($0) } ?? false
    }
}

/// Why a text is not a valid ``DomainPattern``.
package struct InvalidDomainPattern: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text that was given.
    package let text: String
    /// What is wrong, phrased to follow the text: "has a path, which cannot be enforced".
    package let reason: String

    /// What is allowed, for error messages.
    package static let rule =
        "host names and IP addresses, such as example.com, *.example.com, https://example.com, http*://example.com, localhost:8080"

    /// What is wrong and what is allowed.
    package var description: String { "\"\(text)\" \(reason); allowed are \(Self.rule)" }
}

extension DomainPattern: Codable {
    /// Decodes a string that is a pattern.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
        }
    }

    /// Encodes the pattern as it was written.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Substring {
    /// Without the blanks at both ends.
    fileprivate var trimmingBlanks: Substring {
        var rest = self
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
