//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
package import Hosts
import Hummingbird

/// The proxies that say truly for whom they ask: `TRUSTED_PROXIES`.
package struct TrustedProxies: Hashable, Sendable {
    package let blocks: [AddressBlock]

    package init(_ blocks: [AddressBlock]) { self.blocks = blocks }

    /// Whether an address is that of a trusted proxy.
    package func contains(_ address: IPAddress) -> Bool { blocks.contains { $0.contains(address) } }

    /// The address of the client of a request.
    ///
    /// Each proxy adds the address from which it was asked, so the list is read from its end, as long as it is trusted
    /// proxies who have written. A request with both fields, which do not agree, is counted as the proxy's own: one of
    /// them comes from the client, and which one is unknown.
    ///
    /// - Parameters:
    ///   - peer: The other side of the connection.
    ///   - forwarded: The fields `Forwarded` (RFC 7239).
    ///   - forwardedFor: The fields `X-Forwarded-For`.
    package func client(of peer: IPAddress, forwarded: [String], forwardedFor: [String]) -> IPAddress {
        guard contains(peer), !(forwarded.isEmpty && forwardedFor.isEmpty) else { return peer }
        let first = client(of: peer, chain: forwarded.flatMap(Self.forwardedNodes))
        let second = client(of: peer, chain: forwardedFor.flatMap { $0.split(separator: ",").map(Self.address) })
        if forwardedFor.isEmpty { return first }
        return forwarded.isEmpty || first == second ? second : peer
    }

    /// - Parameter chain: The addresses, the client's first; `nil` where one is unknown or hidden.
    private func client(of peer: IPAddress, chain: [IPAddress?]) -> IPAddress {
        var client = peer
        for address in chain.reversed() {
            guard contains(client), let address else { return client }
            client = address
        }
        return client
    }

    /// The parameters `for` of a field `Forwarded`, in their order.
    private static func forwardedNodes(_ field: String) -> [IPAddress?] {
        parts(of: field[...], separatedBy: ",").map { element in
            for pair in parts(of: element, separatedBy: ";") {
                let sides = pair.split(separator: "=", maxSplits: 1)
                guard sides.count == 2, trimmed(sides[0]).lowercased() == "for" else { continue }
                let value = trimmed(sides[1])
                return address(value.hasPrefix("\"") && value.hasSuffix("\"") ? value.dropFirst().dropLast() : value)
            }
            return nil
        }
    }

    /// An address with or without a port: `10.0.0.7`, `10.0.0.7:80`, `::1`, `[::1]:80`.
    private static func address(_ node: Substring) -> IPAddress? {
        let node = trimmed(node)
        if node.hasPrefix("[") { return node.firstIndex(of: "]").flatMap { IPAddress(node[...$0]) } }
        let hasPort = node.count { $0 == ":" } == 1
        return IPAddress(hasPort ? node.prefix { $0 != ":" } : node)
    }

    private static func parts(of text: Substring, separatedBy separator: Character) -> [Substring] {
        var isQuoted = false
        return text.split(omittingEmptySubsequences: false) { character in
            if character == "\"" { isQuoted.toggle() }
            return character == separator && !isQuoted
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}

extension TrustedProxies {
    /// The address of the client of a request; `nil` where the connection has none.
    func client(of request: Request, peer: IPAddress?) -> IPAddress? {
        guard let peer, !blocks.isEmpty else { return peer }
        return client(
            of: peer,
            forwarded: request.headers[values: .forwarded],
            forwardedFor: request.headers[values: .xForwardedFor]
        )
    }
}

extension HTTPField.Name {
    // Our own constants are valid tokens; the fallback is never used.
    static let forwarded = HTTPField.Name("Forwarded") ?? .vary
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For") ?? .vary
}
