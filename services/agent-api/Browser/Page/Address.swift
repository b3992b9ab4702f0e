//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An address as a person writes it, and the URLs to try for it.
package struct Address: Sendable, Hashable {
    /// The URLs to try, in order. With a scheme there is one; without, first the likelier of `https` and `http`, then
    /// the other.
    package var candidates: [String]

    /// Reads an address: a URL, or a host with an optional port and path.
    ///
    /// A host without a scheme is tried over `https` first, as browsers do; loopback and IP addresses and hosts with a
    /// port, which are mostly servers under development, over `http` first.
    ///
    /// - Throws: ``BrowserError`` (`invalidAddress`) for what is no address, and for schemes other than `http` and
    ///   `https`.
    package init(_ text: String) throws(BrowserError) {
        if let end = text.firstRange(of: "://")?.lowerBound {
            let scheme = text[..<end].lowercased()
            guard scheme == "http" || scheme == "https" else {
                throw BrowserError(.invalidAddress, "\"\(text)\" cannot be opened: only http and https addresses can")
            }
            let rest = text[end...].dropFirst(3)
            guard Self.host(of: rest) != nil else { throw Self.invalid(text) }
            candidates = ["\(scheme)://\(rest)"]
            return
        }
        guard let (host, port) = Self.host(of: text[...]) else { throw Self.invalid(text) }
        let isLocal = host == "localhost" || host.hasSuffix(".localhost") || Self.isIPAddress(host)
        guard isLocal || port != nil || host.contains(".") else { throw Self.invalid(text) }
        candidates =
            isLocal || port != nil ? ["http://\(text)", "https://\(text)"] : ["https://\(text)", "http://\(text)"]
    }

    /// Whether a text is meant as an address rather than as the name of something on the page.
    package static func isLikely(_ text: String) -> Bool {
        if text.contains("://") { return true }
        guard let (host, port) = host(of: text[...]) else { return false }
        if host == "localhost" || port != nil || isIPAddress(host) { return true }
        // A dot with letters after it; a sentence's full stop has none.
        guard let last = host.split(separator: ".", omittingEmptySubsequences: false).last, host.contains(".") else {
            return false
        }
        return last.count >= 2 && last.allSatisfy(\.isLetter)
    }

    /// The reasons for which the next candidate is tried: nobody speaks this protocol there. An invalid certificate is
    /// no such reason: falling back to an open connection would defeat it.
    package static func shouldTryNext(after error: BrowserError) -> Bool {
        let reasons = [
            "SSL_PROTOCOL_ERROR", "SSL_VERSION_OR_CIPHER_MISMATCH", "CONNECTION_REFUSED", "CONNECTION_RESET",
            "CONNECTION_CLOSED",
            "CONNECTION_FAILED", "CONNECTION_TIMED_OUT", "TIMED_OUT", "ADDRESS_UNREACHABLE", "EMPTY_RESPONSE",
            "INVALID_HTTP_RESPONSE",
            "SOCKET_NOT_CONNECTED", "TUNNEL_CONNECTION_FAILED", "UNSAFE_PORT", "DISALLOWED_URL_SCHEME",
        ]
        guard let name = error.netError else { return false }
        return reasons.contains { name == "net::ERR_\($0)" }
    }

    private static func invalid(_ text: String) -> BrowserError {
        BrowserError(
            .invalidAddress,
            "\"\(text)\" is no address; expected one such as example.com or https://example.com/page"
        )
    }

    private static func host(of text: Substring) -> (host: String, port: Int?)? {
        guard !text.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "<" || $0 == ">" || $0 == "\\" }) else {
            return nil
        }
        let authority = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let afterUser = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        var host = afterUser
        var port: Int?
        if afterUser.hasPrefix("[") {
            guard let end = afterUser.firstIndex(of: "]") else { return nil }
            host = afterUser[...end]
        } else if let colon = afterUser.lastIndex(of: ":") {
            host = afterUser[..<colon]
        }
        let rest = afterUser[host.endIndex...]
        if !rest.isEmpty {
            guard rest.first == ":", let number = Int(rest.dropFirst()), (1...65535).contains(number) else {
                return nil
            }
            port = number
        }
        let allowed = host.allSatisfy { $0.isLetter || $0.isNumber || ".-_[]:".contains($0) }
        guard allowed, !host.isEmpty, !host.hasPrefix("."), !host.contains("..") else { return nil }
        return (host.lowercased(), port)
    }

    private static func isIPAddress(_ host: String) -> Bool {
        if host.hasPrefix("[") { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
