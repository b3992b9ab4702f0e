//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Crypto
import Dispatch
import Foundation
import Logging
import Synchronization

extension FuzzTarget {
    /// A token; and claims that are signed with a key of ours, so that they are read.
    static let tokens = FuzzTarget(name: "tokens") { input throws(BrokenPromise) in
        let broken = Mutex<BrokenPromise?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        Task.detached {
            do throws(BrokenPromise) { try await check(input) } catch { broken.withLock { $0 = error } }
            isDone.signal()
        }
        isDone.wait()
        if let error = broken.withLock({ $0 }) { throw error }
    }

    private static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)
    private static let verifier = TokenVerifier(
        .secret(secret),
        issuer: "i",
        audience: "a",
        logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
    )

    private static func check(_ input: [UInt8]) async throws(BrokenPromise) {
        for text in [input.text, signed(claims: input)] {
            // A time is written in whole seconds.
            guard let token = try? await verifier.verify(text, now: now), let read = await again(token),
                let twice = await again(read)
            else { continue }
            try promise(read.grants == token.grants && read.subject == token.subject, "\(token) is read as \(read)")
            try promise(twice == read, "\(read) is read as \(twice)")
        }
    }

    /// The token, signed and verified; `nil` if it has less than a second left.
    private static func again(_ token: AccessToken) async -> AccessToken? {
        guard let text = await verifier.sign(token) else { return nil }
        return try? await verifier.verify(text, now: now)
    }

    /// A token with these claims, signed with HMAC-SHA256.
    private static func signed(claims: [UInt8]) -> String {
        let text = encoded(Array(#"{"alg":"HS256"}"#.utf8)) + "." + encoded(claims)
        let key = SymmetricKey(data: secret)
        return text + "." + encoded(Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)))
    }

    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
