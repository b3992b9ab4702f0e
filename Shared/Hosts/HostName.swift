//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The host of an address in a form that can be compared: a name in lower case without a trailing dot, or the bytes of
/// an IP address.
package struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// The longest name, in characters (RFC 1035, section 2.3.4).
    static let maximumLength = 253

    /// The name, or the address: `example.com`, `127.0.0.1`, `::1` (without brackets).
    package let text: String

    /// The 4 or 16 bytes of an IP address; `nil` for a name.
    package let address: [UInt8]?

    /// Reads a host from a URL that a browser has normalized: an ASCII name, an IPv4 address of four decimal numbers,
    /// or an IPv6 address with or without brackets. `nil` for anything else, including other spellings of IPv4
    /// addresses (`127.1`, `0x7f000001`), which a browser always rewrites.
    package init?(_ text: some StringProtocol) {
        var bare = Substring(text)
        let isBracketed = bare.hasPrefix("[") && bare.hasSuffix("]") && bare.utf8.count > 2
        if isBracketed { bare = bare.dropFirst().dropLast() }
        if isBracketed || bare.utf8.contains(UInt8(ascii: ":")) {
            guard let bytes = Self.bytes(of: String(bare), family: AF_INET6, count: 16) else { return nil }
            self.address = bytes
            self.text = Self.text(of: bytes)
            return
        }
        if bare.hasSuffix(".") { bare = bare.dropLast() }
        let name = bare.lowercased()
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name.utf8.count <= Self.maximumLength, labels.allSatisfy(Self.isLabel), let last = labels.last else {
            return nil
        }
        if Self.isNumber(last) {
            guard let bytes = Self.bytes(of: name, family: AF_INET, count: 4) else { return nil }
            self.address = bytes
            self.text = Self.text(of: bytes)
        } else {
            self.address = nil
            self.text = name
        }
    }

    /// The host as written in a URL: an IPv6 address is in brackets.
    package var description: String { self.address?.count == 16 ? "[\(text)]" : text }

    /// The labels of the name from left to right. An address has one.
    var labels: [Substring] {
        self.address == nil ? text.split(separator: ".") : [text[...]]
    }

    /// Splits `host:port` at the colon that is not part of an IPv6 address.
    static func splitPort(_ authority: Substring) -> (host: Substring, port: Substring?)? {
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            let host = authority[...close]
            let rest = authority[authority.index(after: close)...]
            if rest.isEmpty { return (host, nil) }
            return rest.hasPrefix(":") ? (host, rest.dropFirst()) : nil
        }
        guard let colon = authority.firstIndex(of: ":") else { return (authority, nil) }
        return (authority[..<colon], authority[authority.index(after: colon)...])
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        (1...63).contains(label.count)
            && label.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// A browser takes a host for an IPv4 address if its last label is a number (URL standard, section 3.5).
    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        if label.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
        return label.starts(with: "0x".utf8)
            && label.dropFirst(2).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func bytes(of text: String, family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }

    static func text(of bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
