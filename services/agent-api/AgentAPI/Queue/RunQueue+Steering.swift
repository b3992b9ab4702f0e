//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis
import Steering

/// What people want of a run, as Redis has it for the process that executes the run.
struct RunCommands: Sendable, Equatable {
    /// It is to be stopped.
    var isCancelled = false

    /// Why it is held; `nil` if it is not.
    var hold: String?

    /// An answer, and which question it is for.
    var answer: (question: String, answer: HumanAnswer)?

    /// How many messages it has had.
    var messages = 0

    /// Who has control of its browser; `nil` for nobody.
    var controller: String?

    /// What that person has done since this was asked for last.
    var input: [HumanInput] = []

    static func == (left: Self, right: Self) -> Bool {
        left.isCancelled == right.isCancelled && left.hold == right.hold && left.messages == right.messages
            && left.controller == right.controller && left.input == right.input
            && left.answer?.question == right.answer?.question && left.answer?.answer == right.answer?.answer
    }
}

/// Whether a run took what a person wants of it.
enum SteeringResult: Sendable, Equatable {
    case taken

    /// It has ended, or does not exist.
    case isOver

    /// It is executed by a program that takes no such commands.
    case isForeign

    /// It does not wait for that, or cannot be told anything.
    case isNotWaiting

    /// It waits for the other kind of answer.
    case isOtherKind

    /// It was answered before, or has had too much.
    case isTooMuch

    /// - Parameter code: What the scripts return.
    init(code: Int) {
        self =
            switch code {
            case 1: .taken
            case 3: .isForeign
            case 4: .isNotWaiting
            case 5: .isOtherKind
            case 6: .isTooMuch
            default: .isOver
            }
    }
}

extension RunQueue {
    /// Holds a run, or lets it go on, whichever process executes it. A run that has not begun is held when it does.
    ///
    /// - Parameter hold: Why it is held; `nil` to let it go on.
    /// - Throws: `RedisError`.
    func set(hold: String?, of requestID: Identifier) async throws(RedisError) -> SteeringResult {
        let keys = self.keys.run(requestID)
        let reply = try await redis.evaluate(
            Self.pausing,
            keys: [keys.run, keys.ended],
            arguments: [prefix, requestID.rawValue, hold ?? ""]
        )
        return SteeringResult(code: try reply.as(Int.self))
    }

    /// What is wanted of the given runs.
    ///
    /// - Throws: `RedisError`.
    func commands(of requestIDs: [Identifier]) async throws(RedisError) -> [(Identifier, RunCommands)] {
        let wanted = requestIDs.flatMap { requestID in
            let keys = self.keys.run(requestID)
            return [
                RedisCommand("HMGET", keys.run, "cancel", "hold", "answered", "answer", "controller"),
                RedisCommand("LLEN", keys.messages),
                RedisCommand("EXISTS", keys.control),
                RedisCommand("LPOP", keys.input, "\(Self.maximumInput)"),
            ]
        }
        let answers = try await redis.pipeline(wanted)
        var commands: [(Identifier, RunCommands)] = []
        for (index, requestID) in requestIDs.enumerated() {
            let (cancel, hold, question, answer, controller) = try answers[4 * index].get()
                .elements(String?.self, String?.self, String?.self, String?.self, String?.self)
            var command = RunCommands(isCancelled: cancel != nil, hold: hold)
            if let question, let answer = answer.flatMap(HumanAnswer.init(json:)) {
                command.answer = (question, answer)
            }
            command.messages = try answers[4 * index + 1].get().as(Int.self)
            if try answers[4 * index + 2].get().as(Bool.self) { command.controller = controller ?? "a person" }
            command.input = (try answers[4 * index + 3].get().as([String]?.self) ?? [])
                .compactMap { try? HumanInput(json: $0.utf8) }
            commands.append((requestID, command))
        }
        return commands
    }

    private static let pausing = RedisScript(queue: Embedded.pauseLua)
}
