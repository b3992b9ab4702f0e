//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis
import Steering

/// The control of a run's browser by a person: a lease that is renewed by its use.
extension RunQueue {
    /// How long control lasts that is not used, in milliseconds.
    static let controlMilliseconds = 30_000

    /// The most events that wait for the process that executes the run.
    static let maximumInput = 400

    enum ControlResult: Sendable, Equatable {
        case taken(token: String)
        case isOver
        case isForeign
        case isQueued

        /// Somebody else has it, for so many milliseconds at least.
        case isTaken(milliseconds: Int)
    }

    /// Takes control of a run's browser, or keeps it.
    ///
    /// - Parameters:
    ///   - own: The token of who has it already.
    ///   - who: Who takes it, for people.
    /// - Throws: `RedisError`.
    func takeControl(of requestID: Identifier, own: String?, who: String) async throws(RedisError) -> ControlResult {
        let keys = self.keys.run(requestID)
        var generator = SystemRandomNumberGenerator()
        let token = "ctl_" + (0..<3).map { _ in String(generator.next(), radix: 36) }.joined()
        let reply = try await redis.evaluate(
            Self.controlling,
            keys: [keys.run, keys.ended, keys.control, keys.input],
            arguments: [
                prefix, requestID.rawValue, token, own ?? "", Self.controlMilliseconds, who, timeToLive,
            ]
        )
        switch try reply.elements(Int.self) {
        case 1: return .taken(token: try reply.elements(Int.self, String.self).1)
        case 3: return .isForeign
        case 4: return .isQueued
        case 6: return .isTaken(milliseconds: try reply.elements(Int.self, Int.self).1)
        default: return .isOver
        }
    }

    enum ControlUse: Sendable, Equatable {
        case done
        case isOver

        /// The token is not, or no longer, the one that has control.
        case isLost

        /// Too much waits already.
        case isTooMuch
    }

    /// Gives control back.
    ///
    /// - Throws: `RedisError`.
    func giveControl(of requestID: Identifier, token: String) async throws(RedisError) -> ControlUse {
        try await use(requestID, token, "give", [])
    }

    /// Does something with the mouse or the keyboard, which renews control.
    ///
    /// - Throws: `RedisError`.
    func add(
        _ input: [HumanInput],
        to requestID: Identifier,
        token: String
    ) async throws(RedisError) -> ControlUse {
        try await use(requestID, token, "input", input)
    }

    private func use(
        _ requestID: Identifier,
        _ token: String,
        _ action: String,
        _ input: [HumanInput]
    ) async throws(RedisError) -> ControlUse {
        let keys = self.keys.run(requestID)
        var arguments: [any RedisArgument] = [
            prefix, requestID.rawValue, token, action, Self.controlMilliseconds, Self.maximumInput,
        ]
        for event in input { arguments.append(event.json) }
        let reply = try await redis.evaluate(
            Self.using,
            keys: [keys.ended, keys.control, keys.input],
            arguments: arguments
        )
        return switch try reply.as(Int.self) {
        case 1: .done
        case 6: .isLost
        case 7: .isTooMuch
        default: .isOver
        }
    }

    private static let controlling = RedisScript(queue: Embedded.controlLua)

    private static let using = RedisScript(queue: Embedded.useControlLua)
}
