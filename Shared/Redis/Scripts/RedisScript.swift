//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A Lua script that Redis runs atomically.
package struct RedisScript: Sendable {
    /// The script's text.
    package let source: String
    /// The script's SHA-1 digest in lower-case hexadecimal, by which Redis finds it in its cache.
    package let digest: String

    /// - Parameter source: The script. It gets its keys as `KEYS[1]…` and its arguments as `ARGV[1]…`.
    package init(_ source: String) {
        self.source = source
        digest = SHA1.hexDigest(source.utf8)
    }

    /// `EVALSHA`: short, but fails with `NOSCRIPT` if Redis does not have the script cached.
    /// ``RedisClient/evaluate(_:keys:arguments:)`` then sends the whole script.
    package func evalshaCommand(keys: [String], arguments: [any RedisArgument]) -> RedisCommand {
        RedisCommand("EVALSHA", [digest, keys.count] + keys + arguments)
    }

    /// `EVAL`: includes the script, which Redis then caches.
    package func evalCommand(keys: [String], arguments: [any RedisArgument]) -> RedisCommand {
        RedisCommand("EVAL", [source, keys.count] + keys + arguments)
    }
}
