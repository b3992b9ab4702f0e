//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import JSON
import JWTKit
import Logging
import TestSupport
import Testing

@Suite("Tokens")
struct TokenTests {
    static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    static let logger = quietLogger("access")

    static func verifier(issuer: String? = nil, audience: String? = nil) -> TokenVerifier {
        TokenVerifier(.secret(secret), issuer: issuer, audience: audience, logger: logger)
    }

    static func claims(_ more: [String: JSONValue] = [:]) -> JSONValue {
        let claims: [String: JSONValue] = [
            "sub": "ada", "exp": .integer(1_800_000_060), "stepcast": [["do": ["view"], "request_id": "nightly-*"]],
        ]
        return .object(claims.merging(more) { $1 })
    }

    /// A token as another program makes it: signed by the library from a text that is JSON or not.
    static func token(
        _ claims: String,
        header: String = #"{"alg":"HS256","typ":"JWT"}"#,
        secret: [UInt8] = secret
    ) async throws -> String {
        let keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        let text = Base64URL.encoded(header) + "." + Base64URL.encoded(claims)
        let signature = try await keys.getKey().sign(Array(text.utf8))
        return text + "." + Base64URL.encoded(signature)
    }

    @Test("A token that is signed by the secret says who may do what, and until when")
    func valid() async throws {
        let token = try await Self.verifier().verify(Self.token(Self.claims().text), now: Self.now)
        #expect(token.subject == "ada")
        #expect(token.expiresAt == Timestamp(milliseconds: 1_800_000_060_000))
        #expect(token.allows(.view, on: RunNames(requestID: try Identifier("nightly-7"))))
        #expect(!token.allows(.view, on: RunNames(requestID: try Identifier("daily-7"))))
        #expect(!token.allows(.run, on: RunNames(requestID: try Identifier("nightly-7"))))
    }

    @Test(
        "A token is refused for what its header says",
        arguments: [
            (#"{"alg":"none"}"#, "signature"), (#"{"alg":"HS512"}"#, "signature"), (#"{"alg":"RS256"}"#, "signature"),
            (#"{"typ":"JWT"}"#, "alg"), (#"{"alg":"HS256","crit":["b64"],"b64":false}"#, "critical"), ("[]", "alg"),
            ("{", "alg"),
        ]
    )
    func headers(header: String, reason: String) async throws {
        let token = try await Self.token(Self.claims().text, header: header)
        let fault = await #expect(throws: TokenFault.self) { try await Self.verifier().verify(token, now: Self.now) }
        #expect(fault?.description.contains(reason) == true)
    }

    @Test(
        "A token is refused for what its claims say",
        arguments: [
            (["exp": .null], "exp"), (["exp": "soon"], "exp"), (["exp": .number(1e300)], "exp"),
            (["exp": .integer(1_799_999_999)], "expired"), (["exp": .integer(1_800_000_000)], "expired"),
            (["nbf": .integer(1_800_000_030)], "valid from"), (["iat": "today"], "iat"),
            (["stepcast": .null], "stepcast"), (["stepcast": ["view"]], "grant"),
            (["stepcast": [["do": ["look"]]]], "look"), (["stepcast": [["request_id": "a"]]], "do"),
            (["stepcast": [["do": ["view"], "tenant": "a"]]], "tenant"),
            (["stepcast": [["do": ["view"], "request_id": "a*b"]]], "request_id"),
            (["stepcast": [["do": ["view"], "batch_id": 7]]], "batch_id"),
            (["stepcast": [["do": ["view"], "session_id": ""]]], "session_id"),
        ] as [([String: JSONValue], String)]
    )
    func claims(members: [String: JSONValue], reason: String) async throws {
        let token = try await Self.token(Self.claims(members).text)
        let fault = await #expect(throws: TokenFault.self) { try await Self.verifier().verify(token, now: Self.now) }
        #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
    }

    @Test("A token of another secret, a changed one and a cut one are refused")
    func forged() async throws {
        let other = try await Self.token(Self.claims().text, secret: Array("another secret of thirty-two bytes".utf8))
        let own = try await Self.token(Self.claims().text)
        let parts = own.split(separator: ".")
        let grants = Base64URL.encoded(Self.claims(["stepcast": [["do": ["admin"]]]]).text)
        let texts = [
            other, "\(parts[0]).\(grants).\(parts[2])", "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).",
            own + ".x",
            own + "=", " " + own, "", "..", String(repeating: "a", count: 9000),
        ]
        for text in texts {
            await #expect(throws: TokenFault.self, "\(text.prefix(80))") {
                try await Self.verifier().verify(text, now: Self.now)
            }
        }
    }

    @Test("Any change of any character of a token makes it invalid")
    func everyCharacter() async throws {
        let own = try await Self.token(Self.claims().text)
        let verifier = Self.verifier()
        let expected = try await verifier.verify(own, now: Self.now)
        for index in own.indices {
            var changed = own
            changed.replaceSubrange(index...index, with: own[index] == "A" ? "B" : "A")
            // The last character of a part has bits that stand for nothing.
            if let token = try? await verifier.verify(changed, now: Self.now) { #expect(token == expected) }
        }
    }

    @Test("Issuer and audience must be the expected ones where they are set")
    func issuerAndAudience() async throws {
        let verifier = Self.verifier(issuer: "https://id.example.com", audience: "stepcast")
        let good = Self.claims(["iss": "https://id.example.com", "aud": ["other", "stepcast"]])
        _ = try await verifier.verify(Self.token(good.text), now: Self.now)
        let bad: [[String: JSONValue]] = [
            [:], ["iss": "https://id.example.com"], ["aud": "stepcast"], ["iss": "x", "aud": "stepcast"],
            ["iss": "https://id.example.com", "aud": "other"],
        ]
        for members in bad {
            await #expect(throws: TokenFault.self) {
                try await verifier.verify(Self.token(Self.claims(members).text), now: Self.now)
            }
        }
    }

    @Test("A token that the service signs is one that it takes")
    func signing() async throws {
        let verifier = Self.verifier(issuer: "me", audience: "us")
        let token = AccessToken(
            subject: "ada",
            expiresAt: Timestamp(milliseconds: 1_800_003_600_000),
            issuedAt: Self.now,
            grants: [Grant([.view], requestID: NamePattern("run-1"))]
        )
        let text = try #require(await verifier.sign(token))
        let read = try await verifier.verify(text, now: Self.now)
        #expect(read == token)
        #expect(read.isViewerToken)
    }

    @Test("Only a token that views named runs for an hour at most may stand in a URL")
    func viewerTokens() throws {
        func token(_ grants: [Grant], seconds: Int64 = 3600, issued: Bool = true) -> AccessToken {
            AccessToken(
                expiresAt: Timestamp(milliseconds: Self.now.milliseconds + seconds * 1000),
                issuedAt: issued ? Self.now : nil,
                grants: grants
            )
        }
        let run = NamePattern("run-1")
        #expect(token([Grant([.view], requestID: run), Grant([.view], batchID: NamePattern("b"))]).isViewerToken)
        let refused = [
            token([]), token([Grant([.view])]), token([Grant([.view, .run], requestID: run)]),
            token([Grant([.view], requestID: NamePattern("run-*"))]),
            token([Grant([.view], sessionID: NamePattern("s"))]),
            token([Grant([.view], requestID: run)], seconds: 3601),
            token([Grant([.view], requestID: run)], issued: false),
        ]
        for token in refused { #expect(!token.isViewerToken) }
    }

    @Test("A grant by batch or session asks for a run's names, and only where it depends on them")
    func lookedUp() async throws {
        let run = try Identifier("run-1")
        let batch = try Identifier("b-1")
        let byBatch = AccessToken(
            expiresAt: Self.now,
            grants: [Grant([.view], requestID: NamePattern("run-*"), batchID: NamePattern("b-*"))]
        )
        var lookups = 0
        func allows(_ token: AccessToken, _ run: Identifier, _ names: RunNames?) async -> Bool {
            await token.allows(.view, onRun: run) {
                lookups += 1
                return names
            }
        }
        #expect(await allows(byBatch, run, RunNames(requestID: run, batchID: batch)))
        #expect(!(await allows(byBatch, run, RunNames(requestID: run))))
        #expect(!(await allows(byBatch, run, nil)))
        #expect(lookups == 3)
        #expect(!(await allows(byBatch, try Identifier("x"), RunNames(requestID: run, batchID: batch))))
        let byName = AccessToken(expiresAt: Self.now, grants: [Grant([.view], requestID: NamePattern("run-1"))])
        #expect(await allows(byName, run, nil))
        #expect(lookups == 3)
    }
}

/// Base64url without padding, as other programs write it.
enum Base64URL {
    static func encoded(_ text: String) -> String { encoded(Array(text.utf8)) }

    static func encoded(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var text = ""
        var (bits, count) = (0, 0)
        for byte in bytes {
            (bits, count) = (bits << 8 | Int(byte), count + 8)
            while count >= 6 {
                count -= 6
                text.append(alphabet[bits >> count & 63])
            }
        }
        if count > 0 { text.append(alphabet[bits << (6 - count) & 63]) }
        return text
    }
}
