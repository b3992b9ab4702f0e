//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The first commands on each connection: authenticate, select the database, and check that Redis is ready.
///
/// They are sent in one write. This type does no I/O: it returns the commands and checks the replies.
struct Handshake {
    private enum Step {
        case authenticate
        case selectDatabase
        case setName
        case role
        case ping
    }

    private let steps: [Step]
    private let configuration: RedisConfiguration

    /// - Parameter asMaster: Whether a server that is no master is refused.
    init(_ configuration: RedisConfiguration, asMaster: Bool = false) {
        self.configuration = configuration
        var steps: [Step] = []
        if configuration.password != nil { steps.append(.authenticate) }
        if configuration.database != 0 { steps.append(.selectDatabase) }
        if !configuration.clientName.isEmpty { steps.append(.setName) }
        if asMaster { steps.append(.role) }
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
            case .role: RedisCommand("ROLE")
            case .ping: RedisCommand("PING")
            }
        }
    }

    /// - Returns: Why the connection cannot be used, or nil if it can.
    func judge(_ answers: [Result<RESPValue, RedisError>]) -> RedisError? {
        for (step, answer) in zip(steps, answers) {
            guard case .failure(let error) = answer else {
                if step == .role, let refusal = refusal(ofRole: answer) { return refusal }
                continue
            }
            guard error.code == .serverError else { return error }
            switch (step, error.serverPrefix) {
            case (_, "NOAUTH"):
                return RedisError(
                    .authenticationFailed,
                    "Redis at \(configuration.address) requires a password; "
                        + "put it into the URL as :password@ or user:password@",
                    cause: error
                )
            case (.authenticate, "ERR") where error.message.contains("max number of clients"):
                // This error replaces the first reply, whatever the command was.
                return RedisError(
                    .unavailable,
                    "Redis at \(configuration.address) is not ready: \(error.message)",
                    cause: error
                )
            case (.authenticate, "WRONGPASS"), (.authenticate, "ERR"):
                return RedisError(
                    .authenticationFailed,
                    "Redis at \(configuration.address) rejected the user name or the password: \(error.message)",
                    cause: error
                )
            case (.selectDatabase, _):
                return RedisError(
                    .unavailable,
                    "Redis at \(configuration.address) rejected database \(configuration.database): \(error.message)",
                    cause: error
                )
            case (.setName, _), (.ping, "NOPERM"), (.role, "NOPERM"):
                // An ACL may forbid these commands, which are optional.
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

    private func refusal(ofRole answer: Result<RESPValue, RedisError>) -> RedisError? {
        guard case .success(.array(let parts)) = answer, case .bulkString(let role) = parts.first else { return nil }
        let name = String(buffer: role)
        guard name != "master" else { return nil }
        return RedisError(
            .unavailable,
            "Redis at \(configuration.address) is no master (its role is '\(name)'), though the sentinels say so"
        )
    }
}
