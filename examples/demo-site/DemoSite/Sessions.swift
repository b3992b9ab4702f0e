//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// The signed-in users, by the random token in their browser's cookie.
final class Sessions: Sendable {
    private let names = Mutex<[String: String]>([:])
    private static let limit = 10_000

    /// Opens a session and returns its token.
    func open(for name: String) -> String {
        let token = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        self.names.withLock { names in
            // A demo site may forget everyone, but must not grow without limit.
            if names.count >= Self.limit { names.removeAll() }
            names[token] = name
        }
        return token
    }

    func name(for token: String?) -> String? {
        guard let token else { return nil }
        return names.withLock { $0[token] }
    }

    func close(_ token: String?) {
        guard let token else { return }
        names.withLock { _ = $0.removeValue(forKey: token) }
    }
}
