//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser

/// Where a service is: `http://127.0.0.1:3000`, also with a path in front (`https://example.com/stepcast`).
struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    /// Without a slash at the end.
    let description: String

    /// The rule in words, for error messages.
    static let rule = "a URL that starts with http:// or https:// and names a host, without user, query or fragment"

    init?(_ text: String) {
        let lower = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.isASCII && $0.value > 0x20 && $0.value != 0x7F && !"?#@\\\"<>^`{|}".unicodeScalars.contains($0)
        }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" }
        guard isPlain, !authority.isEmpty, !authority.hasPrefix(":") else { return nil }
        var trimmed = text[...]
        while trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        description = String(trimmed)
    }

    private init(known: String) {
        description = known
    }

    static let defaultAPI = ServiceURL(known: "http://127.0.0.1:8000")
    static let defaultGateway = ServiceURL(known: "http://127.0.0.1:3000")

    /// The URL of a path, which begins with a slash and is encoded already.
    func appending(_ path: String, query: [(name: String, value: String)] = []) -> String {
        let pairs = query.map { "\($0.name)=\(Self.encoded($0.value))" }
        return description + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// RFC 3986 section 2: everything but the unreserved characters is percent-encoded.
    private static func encoded(_ value: String) -> String {
        var result = ""
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}

extension ServiceURL {
    /// For the command line.
    @Sendable
    static func parse(_ text: String) throws -> ServiceURL {
        guard let url = ServiceURL(text) else { throw ValidationError("it must be \(rule)") }
        return url
    }
}
