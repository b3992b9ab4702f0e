//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// What is said first on each connection: who we are, which database we want, and whether Redis is ready.
///
/// All of it goes out in one write. Pure: it names the commands and judges the answers.
struct Handshake {
    private enum Step {
        case authenticate
        case selectDatabase
        case setName
        case ping
    }

    private let steps: [Step]
    private let configuration: RedisConfiguration

    init(_ configuration: RedisConfiguration) {
        self.configuration = configuration
        var steps: [Step] = []
        if configuration.password != nil { steps.append(.authenticate) }
        if configuration.database != 0 { steps.append(.selectDatabase) }
        if !configuration.clientName.isEmpty { steps.append(.setName) }
        steps.append(.ping)
        self.steps = steps
    }

    var commands: [RedisCommand] {
        steps.map { step in
            switch step {
            case .authenticate:
                RedisCommand("AUTH", [configuration.username, configuration.password].compactMap { $0 })
            case .selectDatabase: RedisCommand("SELECT", configuration.database)
            case .setName: RedisCommand("CLIENT", "SETNAME", configuration.clientName)
            case .ping: RedisCommand("PING")
            }
        }
    }

    /// - Returns: why the connection cannot be used, or nil when it can.
    func judge(_ answers: [Result<RESPValue, RedisError>]) -> RedisError? {
        for (step, answer) in zip(steps, answers) {
            guard case .failure(let error) = answer else { continue }
            guard error.code == .serverError else { return error }
            switch (step, error.serverPrefix) {
            case (_, "NOAUTH"):
                return RedisError(
                    .authenticationFailed,
                    "Redis at \(configuration.address) wants a password; write it into the URL as :password@ or user:password@",
                    cause: error
                )
            case (.authenticate, "ERR") where error.message.contains("max number of clients"):
                // It comes in place of the first answer, whatever was asked.
                return RedisError(
                    .unavailable,
                    "Redis at \(configuration.address) is not ready: \(error.message)",
                    cause: error
                )
            case (.authenticate, "WRONGPASS"), (.authenticate, "ERR"):
                return RedisError(
                    .authenticationFailed,
                    "Redis at \(configuration.address) refused the user name or the password: \(error.message)",
                    cause: error
                )
            case (.selectDatabase, _):
                return RedisError(
                    .unavailable,
                    "Redis at \(configuration.address) refused database \(configuration.database): \(error.message)",
                    cause: error
                )
            case (.setName, _), (.ping, "NOPERM"):
                // An ACL may forbid these; they are not needed.
                continue
            default:
                return RedisError(
                    .unavailable,
                    "Redis at \(configuration.address) is not ready: \(error.message)",
                    cause: error
                )
            }
        }
        return nil
    }
}
