//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Testing

@testable import Redis

@Suite struct RedisCommandTests {
    @Test("A command is encoded as an array of bulk strings")
    func encoding() {
        let text: Substring = "a grüß b".dropFirst(2).dropLast(2)
        let command = RedisCommand(
            "SET",
            "key",
            text,
            42,
            Int64.min,
            UInt64.max,
            1.5,
            ByteBuffer(bytes: [0, 0xFF]),
            [UInt8(13), 10],
            ""
        )
        var expected = ByteBuffer(
            string: "*10\r\n$3\r\nSET\r\n$3\r\nkey\r\n$6\r\ngrüß\r\n$2\r\n42\r\n$20\r\n-9223372036854775808\r\n"
                + "$20\r\n18446744073709551615\r\n$3\r\n1.5\r\n$2\r\n"
        )
        expected.writeBytes([0, 0xFF])
        expected.writeString("\r\n$2\r\n\r\n\r\n$0\r\n\r\n")
        #expect(command.encoded == expected)
        #expect(command.name == "SET")
    }

    @Test("A command without arguments is an array of one")
    func noArguments() {
        #expect(RedisCommand("PING").encoded == ByteBuffer(string: "*1\r\n$4\r\nPING\r\n"))
    }

    @Test(
        "A script's digest is its SHA-1",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ]
    )
    func digest(message: String, digest: String) {
        #expect(RedisScript(message).digest == digest)
    }

    @Test("Errors of the server tell whether a retry makes sense")
    func retryable() {
        let passing = RedisError(.serverError, "OOM command not allowed when used memory > 'maxmemory'.")
        #expect(passing.serverPrefix == "OOM")
        #expect(passing.isRetryable)
        let lasting = RedisError(.serverError, "WRONGTYPE Operation against a key")
        #expect(lasting.serverPrefix == "WRONGTYPE")
        #expect(!lasting.isRetryable)
        #expect(RedisError(.unavailable, "away").isRetryable)
        #expect(RedisError(.unavailable, "away").serverPrefix == nil)
        #expect(!RedisError(.cancelled, "").isRetryable)
        #expect(!RedisError(.authenticationFailed, "").isRetryable)
    }
}
