//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import NIOHTTP1

extension RequestFault {
    /// What is wrong with a head that the parser accepted; `nil` if it may be served (RFC 9112, sections 2.3, 3.2 and
    /// 6.3).
    static func find(in head: HTTPRequestHead) -> RequestFault? {
        guard head.version == .http1_1 || head.version == .http1_0 else { return .version(head.version) }
        if let fault = targetFault(head.uri, isForWholeServer: head.method == .OPTIONS) { return fault }
        let hosts = head.headers["host"]
        if hosts.count > 1 { return .host("has more than one Host") }
        if let host = hosts.first {
            if !host.isEmpty, HostField(field: host) == nil { return .host("has a Host that is not a host") }
        } else if head.version == .http1_1 {
            return .host("has no Host, which HTTP/1.1 requires")
        }
        if let authority = self.authority(of: head.uri) {
            guard let named = HostField(field: authority), named == hosts.first.flatMap({ HostField(field: $0) }) else {
                return .host("has different hosts in its target and in Host")
            }
        }
        return framingFault(head)
    }

    /// What is wrong with the head of an HTTP/2 request that the parser accepted; `nil` if it may be served.
    static func find(in head: HTTPRequest) -> RequestFault? {
        if let fault = targetFault(head.path ?? "", isForWholeServer: head.method == .options) { return fault }
        guard let authority = head.authority else { return .host("has no authority") }
        guard let host = HostField(field: authority) else { return .host("has an authority that is not a host") }
        for field in head.headerFields where field.name.canonicalName == "host" {
            guard HostField(field: field.value) == host else {
                return .host("has different hosts in its authority and in Host")
            }
        }
        let expectations = head.headerFields[values: .expect]
        return expectations.allSatisfy { $0.lowercased() == "100-continue" } ? nil : .expectation
    }

    private static func framingFault(_ head: HTTPRequestHead) -> RequestFault? {
        let codings = head.headers["transfer-encoding"]
        let lengths = head.headers["content-length"]
        if !codings.isEmpty {
            if !lengths.isEmpty { return .framing("has a Content-Length and a Transfer-Encoding") }
            if head.version == .http1_0 { return .framing("has a Transfer-Encoding, which HTTP/1.0 does not have") }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else {
                return .framing("has a Transfer-Encoding other than chunked")
            }
        }
        if lengths.count > 1 { return .framing("has more than one Content-Length") }
        let expectations = head.headers["expect"]
        if !expectations.isEmpty, expectations.count > 1 || expectations[0].lowercased() != "100-continue" {
            return .expectation
        }
        return nil
    }

    /// The host and port of a target in absolute form.
    private static func authority(of target: String) -> Substring? {
        guard let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) }) else {
            return nil
        }
        return target.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
    }

    private static func targetFault(_ target: String, isForWholeServer: Bool) -> RequestFault? {
        let bytes = target.utf8
        if bytes.count > longestTarget { return .targetLength(bytes.count) }
        if target == "*" { return isForWholeServer ? nil : .target("is *, which only OPTIONS may have") }
        guard bytes.first == UInt8(ascii: "/") || authority(of: target) != nil else {
            return .target("is neither a path nor an http or https URL")
        }
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard rest.count >= 2, rest.prefix(2).allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
                    return .target("has a percent sign without two hexadecimal digits")
                }
            case UInt8(ascii: "#"): return .target("has a fragment")
            case UInt8(ascii: "\\"): return .target("has a backslash")
            case 0x21...0x7E: break
            default: return .target("has a byte that is not printable ASCII; percent-encode it")
            }
        }
        return nil
    }
}
