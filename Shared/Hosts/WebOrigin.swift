//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The schemes of the web. A WebSocket counts as the scheme that it begins with: `ws` as `http`, `wss` as `https`.
package struct WebSchemes: OptionSet, Hashable, Sendable {
    /// The bits, for `OptionSet`.
    package let rawValue: UInt8

    /// Takes the bits, for `OptionSet`.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Without encryption: `http`, `ws`.
    package static let http = WebSchemes(rawValue: 1)
    /// Over TLS: `https`, `wss`.
    package static let https = WebSchemes(rawValue: 2)
    /// Both.
    package static let any: WebSchemes = [.http, .https]

    /// The scheme of a URL, without the colon, in any case; `nil` for one that is not of the web.
    package init?(urlScheme: some StringProtocol) {
        switch urlScheme.lowercased() {
        case "http", "ws": self = .http
        case "https", "wss": self = .https
        default: return nil
        }
    }

    /// The port that a URL of one scheme means when it names none.
    var defaultPort: Int { self == .http ? 80 : 443 }
}

/// Where a page of the web comes from: scheme, host and port (RFC 6454).
package struct WebOrigin: Hashable, Sendable {
    /// ``WebSchemes/http`` or ``WebSchemes/https``.
    package let scheme: WebSchemes
    /// The host, as it is compared.
    package let host: HostName
    /// The port, the scheme's own where the URL has none.
    package let port: Int

    /// The origin of a URL or an origin as browsers write them (`location.href`, `location.origin`); `nil` for any that
    /// is not of the web (`about:blank`, `data:…`, `null`), and for one that no browser writes.
    package init?(url: String) {
        guard let end = url.utf8.firstRange(of: "://".utf8) else { return nil }
        guard let scheme = WebSchemes(urlScheme: url[..<end.lowerBound]) else { return nil }
        var authority = url[end.upperBound...].prefix { !"/?#".contains($0) }
        // A browser turns a backslash into a slash before it shows the address.
        if authority.contains("\\") { return nil }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        guard let (host, port) = HostName.splitPort(authority), let name = HostName(host) else { return nil }
        switch port {
        case nil, "": self.port = scheme.defaultPort
        case .some(let port):
            guard let number = UInt16(port), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            self.port = Int(number)
        }
        self.scheme = scheme
        self.host = name
    }
}
