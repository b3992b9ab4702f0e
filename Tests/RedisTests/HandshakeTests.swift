//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Testing

@testable import Redis

@Suite struct HandshakeTests {
    private func handshake(_ url: String) throws -> Handshake {
        Handshake(try RedisConfiguration(url: url))
    }

    private func wire(_ handshake: Handshake) -> [String] {
        handshake.commands.map { command in
            String(buffer: command.encoded).split(separator: "\r\n").filter { !"*$".contains($0.prefix(1)) }
                .joined(separator: " ")
        }
    }

    private func refused(_ message: String) -> Result<RESPValue, RedisError> {
        .failure(RedisError(.serverError, message))
    }

    private let fine: Result<RESPValue, RedisError> = .success(.simpleString("OK"))

    @Test("It sends only what the configuration requires")
    func commands() throws {
        #expect(try wire(handshake("redis://h")) == ["CLIENT SETNAME stepcast", "PING"])
        #expect(
            try wire(handshake("redis://:s3cret@h/4"))
                == ["AUTH s3cret", "SELECT 4", "CLIENT SETNAME stepcast", "PING"]
        )
        #expect(
            try wire(handshake("redis://alice:s3cret@h")) == ["AUTH alice s3cret", "CLIENT SETNAME stepcast", "PING"]
        )
    }

    @Test("A forbidden name or ping does not matter")
    func unimportant() throws {
        let handshake = try handshake("redis://:s3cret@h/4")
        #expect(handshake.judge([fine, fine, fine, fine]) == nil)
        #expect(handshake.judge([fine, fine, refused("NOPERM no"), refused("NOPERM no")]) == nil)
        #expect(handshake.judge([fine, fine, refused("ERR unknown command"), fine]) == nil)
    }

    @Test(
        "Errors that make the connection unusable have the right code",
        arguments: [
            (0, "WRONGPASS invalid username-password pair", RedisError.Code.authenticationFailed),
            (0, "ERR invalid password", .authenticationFailed),
            (0, "ERR AUTH <password> called without any password configured", .authenticationFailed),
            (0, "DENIED Redis is running in protected mode", .unavailable),
            (0, "NOAUTH Authentication required.", .authenticationFailed),
            (1, "ERR DB index is out of range", .unavailable),
            (2, "NOAUTH Authentication required.", .authenticationFailed),
            (3, "LOADING Redis is loading the dataset in memory", .unavailable),
            (3, "MASTERDOWN Link with MASTER is down", .unavailable),
        ]
    )
    func refusals(step: Int, message: String, code: RedisError.Code) throws {
        var answers = Array(repeating: fine, count: 4)
        answers[step] = refused(message)
        let error = try handshake("redis://:s3cret@h/4").judge(answers)
        #expect(error?.code == code)
        #expect(error?.message.contains("h:6379") == true)
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test("A server with too many clients is not taken for a wrong password")
    func tooManyClients() throws {
        let error = try handshake("redis://:s3cret@h").judge([refused("ERR max number of clients reached"), fine, fine])
        #expect(error?.code == .unavailable)
    }
}
