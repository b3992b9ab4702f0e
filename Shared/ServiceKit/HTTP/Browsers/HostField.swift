//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The host of a `Host` header, of an origin, or of a pattern for either: a name or an address, and a port.
struct HostField: Hashable, Sendable {
    /// In lower case, without a trailing dot. An IPv6 address has no brackets.
    var name: String

    /// The port, if one is given.
    var port: Int?

    /// Parses `name`, `name:port`, `1.2.3.4:port` or `[::1]:port`.
    init?(field: some StringProtocol) {
        var rest = field.lowercased()[...]
        let name: Substring
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            name = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isOfAddress) else { return nil }
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            name = rest[..<end]
            rest = rest[end...]
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isOfName) else { return nil }
        }
        if !rest.isEmpty {
            guard rest.first == ":" else { return nil }
            let digits = rest.dropFirst()
            if !digits.isEmpty {
                guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits), port < 65_536
                else { return nil }
                self.port = port
            }
        }
        self.name = name.count > 1 && name.hasSuffix(".") ? String(name.dropLast()) : String(name)
    }

    /// Whether it always means this machine: `localhost` and names below it, 127.0.0.0/8, `::1`.
    var isLoopback: Bool {
        if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in part.utf8.count <= 3 && UInt8(part) != nil }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isOfAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
