//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The schemes of the web. A WebSocket counts as the scheme that it starts with: `ws` as `http`, `wss` as `https`.
package struct WebSchemes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `http` and `ws`, unencrypted.
    package static let http = WebSchemes(rawValue: 1)
    /// `https` and `wss`, over TLS.
    package static let https = WebSchemes(rawValue: 2)
    package static let any: WebSchemes = [.http, .https]

    /// The scheme of a URL, without the colon, in any case; `nil` if it is not a web scheme.
    package init?(urlScheme: some StringProtocol) {
        switch urlScheme.lowercased() {
        case "http", "ws": self = .http
        case "https", "wss": self = .https
        default: return nil
        }
    }

    /// The port of a URL that names none. The set must have one scheme.
    var defaultPort: Int { self == .http ? 80 : 443 }
}

/// The origin of a web page: scheme, host and port (RFC 6454).
package struct WebOrigin: Hashable, Sendable {
    /// ``WebSchemes/http`` or ``WebSchemes/https``.
    package let scheme: WebSchemes
    /// The host in its comparable form.
    package let host: HostName
    /// The port; the scheme's default if the URL has none.
    package let port: Int

    /// Reads the origin of a URL, or an origin, as browsers write it (`location.href`, `location.origin`). `nil` if it
    /// is not on the web (`about:blank`, `data:…`, `null`), or not a form that browsers write.
    package init?(url: String) {
        guard let end = url.utf8.firstRange(of: "://".utf8) else { return nil }
        guard let scheme = WebSchemes(urlScheme: url[..<end.lowerBound]) else { return nil }
        var authority = url[end.upperBound...].prefix { !"/?#".contains($0) }
        // A browser turns backslashes into slashes before it shows the address.
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
