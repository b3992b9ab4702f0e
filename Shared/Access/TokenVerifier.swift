//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import FoundationEssentials
import JSON
import JWTKit
package import Logging

/// Verifies tokens (RFC 7519) with the keys of a secret or a file, and signs viewer tokens.
///
/// A file is read again when it changes. While it is broken or missing, the last keys stay, and the log says why.
package actor TokenVerifier {
    /// The header of a token (RFC 7515, section 4.1).
    private struct Header {
        let algorithm: String
        let keyID: String?
    }

    /// The longest token, in bytes.
    package static let longestToken = 8192

    /// How long a file is not looked at again.
    private static let patience = Duration.seconds(1)

    private let source: KeySource
    private let issuer: String?
    private let audience: String?
    private let logger: Logger
    private var keys: [TokenKey] = []
    private var version: FileVersion?
    private var checked: ContinuousClock.Instant?

    /// - Parameters:
    ///   - source: Where the keys are.
    ///   - issuer: What tokens must have as `iss`; `nil` takes any.
    ///   - audience: What tokens must have in `aud`; `nil` takes any.
    ///   - logger: Is told of a file that changed or broke.
    package init(_ source: KeySource, issuer: String? = nil, audience: String? = nil, logger: Logger) {
        self.source = source
        self.issuer = issuer
        self.audience = audience
        self.logger = logger
    }

    /// Verifies a token.
    ///
    /// - Throws: ``TokenFault``.
    package func verify(_ token: String, now: Timestamp = .now()) async throws(TokenFault) -> AccessToken {
        guard token.utf8.count <= Self.longestToken else {
            throw .malformed("it is longer than \(Self.longestToken) bytes")
        }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Self.decoded(parts[0]), Self.decoded(parts[1]) != nil,
            let signature = Self.decoded(parts[2])
        else { throw .malformed("it is not three parts of base64url, joined by dots") }
        let header = try Self.header(head)
        let text = Array(token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
        refresh()
        for key in candidates(for: header) {
            guard let algorithm = try? await key.implementation(of: header.algorithm),
                (try? algorithm.verify(signature, signs: text)) == true
            else { continue }
            guard let bytes = Self.decoded(parts[1]), let claims = try? JSONValue(parsing: bytes) else {
                throw .malformed("its claims are not JSON")
            }
            return try AccessToken(claims: claims, issuer: issuer, audience: audience, now: now)
        }
        throw .malformed("its signature is not by a key of this service")
    }

    /// Signs a token.
    ///
    /// - Returns: `nil` where no key can sign.
    package func sign(_ token: AccessToken) async -> String? {
        refresh()
        guard let key = keys.first(where: \.canSign) else { return nil }
        var claims = token.claims
        claims["iss"] = issuer.map(JSONValue.string)
        claims["aud"] = audience.map(JSONValue.string)
        guard let algorithm = try? await key.implementation() else { return nil }
        var header: [String: JSONValue] = ["alg": .string(algorithm.name), "typ": "JWT"]
        header["kid"] = key.id.map(JSONValue.string)
        let text = Self.encoded(JSONValue.object(header).bytes) + "." + Self.encoded(JSONValue.object(claims).bytes)
        guard let signature = try? algorithm.sign(Array(text.utf8)) else { return nil }
        return text + "." + Self.encoded(signature)
    }

    private static func header(_ bytes: [UInt8]) throws(TokenFault) -> Header {
        guard let header = try? JSONValue(parsing: bytes), let algorithm = header["alg"]?.string else {
            throw .malformed("its header is not JSON with an alg")
        }
        // What is critical and not understood must be refused (RFC 7515, section 4.1.11).
        guard header["crit"] == nil else { throw .malformed("its header has critical extensions, which are not known") }
        return Header(algorithm: algorithm, keyID: header["kid"]?.string)
    }

    /// The keys that may have signed a token: those of its name, or all of its algorithm where no key has that name.
    private func candidates(for header: Header) -> [TokenKey] {
        let fitting = keys.filter { $0.algorithm ?? header.algorithm == header.algorithm }
        guard let id = header.keyID else { return fitting }
        let named = fitting.filter { $0.id == id }
        return named.isEmpty ? fitting.filter { $0.id == nil } : named
    }

    /// Reads the keys for the first time, and again when their file has changed.
    private func refresh() {
        let now = ContinuousClock.now
        if let checked, now - checked < Self.patience { return }
        checked = now
        let found = source.version
        guard keys.isEmpty || found != version else { return }
        do {
            let fresh = try source.keys()
            if !keys.isEmpty {
                logger.info("the keys for tokens were read again", metadata: ["count": "\(fresh.count)"])
            }
            keys = fresh
        } catch {
            logger.error(
                "the file of the keys for tokens cannot be used; the last keys stay",
                metadata: ["reason": "it \(error)"]
            )
        }
        version = found
    }

    /// Base64url without padding (RFC 7515, section 2), and nothing else.
    private static func decoded(_ text: Substring) -> [UInt8]? {
        var base64: [UInt8] = []
        base64.reserveCapacity(text.utf8.count + 3)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): base64.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): base64.append(UInt8(ascii: "/"))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                base64.append(byte)
            default: return nil
            }
        }
        while base64.count % 4 != 0 { base64.append(UInt8(ascii: "=")) }
        return Data(base64Encoded: Data(base64)).map(Array.init)
    }

    private static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().compactMap { character in
            switch character {
            case "+": "-"
            case "/": "_"
            case "=": nil
            default: String(character)
            }
        }.joined()
    }
}
