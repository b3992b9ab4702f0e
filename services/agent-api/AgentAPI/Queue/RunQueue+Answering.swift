//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import Keys
import Redis
import Steering

extension RunQueue {
    /// The most messages that a run may have.
    static let maximumMessages = 100

    /// Answers the question that a run waits with. Of several answers, the first counts.
    ///
    /// - Parameter question: Which one is answered; `nil` for whichever the run asks now.
    /// - Throws: `RedisError`.
    func answer(
        _ answer: HumanAnswer,
        to requestID: Identifier,
        question: WaitingFor? = nil
    ) async throws(RedisError) -> SteeringResult {
        let keys = self.keys.run(requestID)
        let (kind, json): (WaitingFor.Kind, JSONValue) =
            switch answer {
            case .text(let text): (.answer, ["text": .string(text)])
            case .approved(let isApproved): (.approval, ["approved": .bool(isApproved)])
            }
        let reply = try await redis.evaluate(
            Self.answering,
            keys: [keys.run, keys.ended],
            arguments: [prefix, requestID.rawValue, kind.rawValue, json.bytes, question?.id ?? ""]
        )
        return SteeringResult(code: try reply.as(Int.self))
    }

    /// Tells a run something that goes on and that a model plans.
    ///
    /// - Throws: `RedisError`.
    func tell(_ message: String, to requestID: Identifier) async throws(RedisError) -> SteeringResult {
        let keys = self.keys.run(requestID)
        let reply = try await redis.evaluate(
            Self.telling,
            keys: [keys.run, keys.ended, keys.messages],
            arguments: [prefix, requestID.rawValue, message, Self.maximumMessages, timeToLive]
        )
        return SteeringResult(code: try reply.as(Int.self))
    }

    /// The messages of a run after the first ones.
    ///
    /// - Throws: `RedisError`.
    func messages(of requestID: Identifier, after count: Int) async throws(RedisError) -> [String] {
        try await redis.send(RedisCommand("LRANGE", keys.run(requestID).messages, "\(count)", "-1")).as([String].self)
    }

    /// Forgets an answer that its run has: it may be a password.
    func forgetAnswer(of requestID: Identifier) async {
        _ = try? await redis.send(RedisCommand("HDEL", keys.run(requestID).run, "answer"))
    }

    private static let answering = RedisScript(queue: Embedded.answerLua)

    private static let telling = RedisScript(queue: Embedded.tellRunLua)
}

extension HumanAnswer {
    /// Reads an answer as it is stored.
    init?(json: String) {
        guard let value = try? JSONValue(parsing: json.utf8) else { return nil }
        if let text = value["text"]?.string {
            self = .text(text)
        } else if let isApproved = value["approved"]?.bool {
            self = .approved(isApproved)
        } else {
            return nil
        }
    }
}
