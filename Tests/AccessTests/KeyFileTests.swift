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

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("Files of keys")
struct KeyFileTests {
    private static func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// A key set with the public part of a key, and a token signed by it.
    private static func keySet(_ id: String?) async throws -> (set: String, token: String) {
        let key = ES256PrivateKey()
        let parameters = try #require(key.publicKey.parameters)
        var members: [String: JSONValue] = [
            "kty": "EC", "crv": "P-256", "alg": "ES256", "x": .string(parameters.x.unpadded),
            "y": .string(parameters.y.unpadded),
        ]
        members["kid"] = id.map(JSONValue.string)
        let encryption: JSONValue = ["kty": "oct", "k": "AAAA", "use": "enc"]
        let header = id.map { #"{"alg":"ES256","kid":"\#($0)"}"# } ?? #"{"alg":"ES256"}"#
        let text = Base64URL.encoded(header) + "." + Base64URL.encoded(TokenTests.claims().text)
        let keys = JWTKeyCollection()
        await keys.add(ecdsa: key)
        let signature = try await keys.getKey().sign(Array(text.utf8))
        let set: JSONValue = ["keys": [encryption, .object(members)]]
        return (set.text, text + "." + Base64URL.encoded(signature))
    }

    @Test("A token of a key set's key is taken, with and without a name of the key", arguments: ["k1", nil])
    func keySet(id: String?) async throws {
        try await withTemporaryDirectory { directory in
            let (set, token) = try await Self.keySet(id)
            try Self.write(set, directory.file("keys.json"))
            let verifier = TokenVerifier(.keySetFile(directory.file("keys.json")), logger: TokenTests.logger)
            _ = try await verifier.verify(token, now: TokenTests.now)
            // A public key as the secret of an HMAC is the classic confusion of algorithms.
            let confused = try await TokenTests.token(TokenTests.claims().text, secret: Array(set.utf8))
            await #expect(throws: TokenFault.self) { try await verifier.verify(confused, now: TokenTests.now) }
        }
    }

    @Test("Keys are rotated without a restart; while the file is broken or gone, the last ones stay")
    func rotation() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.file("keys.json")
            let (first, second) = (try await Self.keySet("k1"), try await Self.keySet("k2"))
            try Self.write(first.set, path)
            let verifier = TokenVerifier(.keySetFile(path), logger: TokenTests.logger)
            _ = try await verifier.verify(first.token, now: TokenTests.now)
            try Self.write(second.set, path)
            try await eventually("the new key counts") {
                (try? await verifier.verify(second.token, now: TokenTests.now)) != nil
            }
            await #expect(throws: TokenFault.self) { try await verifier.verify(first.token, now: TokenTests.now) }
            try Self.write("{", path)
            try await Task.sleep(for: .milliseconds(1100))
            _ = try await verifier.verify(second.token, now: TokenTests.now)
            try FileManager.default.removeItem(atPath: path)
            try await Task.sleep(for: .milliseconds(1100))
            _ = try await verifier.verify(second.token, now: TokenTests.now)
            try Self.write(first.set, path)
            try await eventually("the first key counts again") {
                (try? await verifier.verify(first.token, now: TokenTests.now)) != nil
            }
        }
    }

    @Test("Every line of a file of secrets verifies, and the first one signs")
    func secrets() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.file("secret")
            let (new, old) = (
                "a new secret of more than thirty-two bytes", "an old secret of more than thirty-two bytes"
            )
            try Self.write(new + "\r\n" + old + "\n", path)
            let verifier = TokenVerifier(.secretFile(path), logger: TokenTests.logger)
            for secret in [new, old] {
                let token = try await TokenTests.token(TokenTests.claims().text, secret: Array(secret.utf8))
                _ = try await verifier.verify(token, now: TokenTests.now)
            }
            let grants = [Grant([.view])]
            let expiresAt = Timestamp(milliseconds: TokenTests.now.milliseconds + 1000)
            let signed = try #require(await verifier.sign(AccessToken(expiresAt: expiresAt, grants: grants)))
            let onlyNew = TokenVerifier(.secret(Array(new.utf8)), logger: TokenTests.logger)
            _ = try await onlyNew.verify(signed, now: TokenTests.now)
        }
    }

    @Test(
        "A file that has no usable key says why",
        arguments: [
            ("", "JSON"), ("{}", "keys"), (#"{"keys":[]}"#, "no key"),
            (#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#, "no key"),
            (#"{"keys":[{"kty":"EC","crv":"P-256K"}]}"#, "keys[0]"),
        ]
    )
    func brokenSets(text: String, reason: String) async throws {
        try await withTemporaryDirectory { directory in
            try Self.write(text, directory.file("keys.json"))
            let error = #expect(throws: InvalidKey.self) {
                try KeySource.keySetFile(directory.file("keys.json")).keys()
            }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
    }

    @Test("A secret that is too short, an empty file and a missing one are refused")
    func brokenSecrets() throws {
        #expect(throws: InvalidKey.self) { try KeySource.secret(Array("short".utf8)).keys() }
        #expect(throws: InvalidKey.self) { try KeySource.secretFile("/dev/null").keys() }
        #expect(throws: InvalidKey.self) { try KeySource.secretFile("/nowhere").keys() }
        #expect(throws: InvalidKey.self) { try KeySource.secretFile("/dev/zero").keys() }
    }
}

extension String {
    fileprivate var unpadded: String {
        String(replacing("+", with: "-").replacing("/", with: "_").prefix { $0 != "=" })
    }
}
