//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import JSON
import LocalServer
import Loopback
import Synchronization

/// A chat completions server whose model answers at once. It records the times of questions and answers: the time
/// between an answer and the next question is the agent's own.
struct PolicyServer: Sendable {
    /// A question and its answer, in nanoseconds of `Clock`.
    struct Turn: Sendable {
        let asked: Int64
        let answered: Int64
    }

    private final class Log: Sendable {
        let turns = Mutex<[Turn]>([])
    }

    private let http: LocalServer
    private let log = Log()

    /// The address for clients.
    var url: String { "http://127.0.0.1:\(http.port)/v1" }

    /// The turns so far.
    var turns: [Turn] { log.turns.withLock { $0 } }

    /// Runs a server while the body runs.
    static func with<Result: Sendable>(
        _ policy: ToDoPolicy,
        body: (PolicyServer) async throws -> Result
    ) async throws -> Result {
        let server = PolicyServer(http: try LocalServer())
        let router = Router()
        router.post("v1/chat/completions") { request, _ in
            let asked = Clock.now
            let body = try await request.body.collect(upTo: 4 << 20)
            let content = try server.answer(Array(buffer: body), policy)
            var response = Response(status: .ok, headers: [.contentType: "application/json"])
            response.body = ResponseBody(byteBuffer: ByteBuffer(string: content))
            server.log.turns.withLock { $0.append(Turn(asked: asked, answered: Clock.now)) }
            return response
        }
        return try await server.http.serve(router) { try await body(server) }
    }

    private func answer(_ request: [UInt8], _ policy: ToDoPolicy) throws -> String {
        guard let messages = try JSONValue(parsing: request)["messages"]?.array else {
            throw LoadError("the agent's question has no messages")
        }
        // The page is not always in the last one: browser-use appends advice.
        let texts = messages.map { message in
            let parts = message["content"]?.array?.compactMap { $0["text"]?.string }
            return message["content"]?.string ?? parts?.joined(separator: "\n") ?? ""
        }
        let page = texts.last { $0.contains("]<input") } ?? ""
        let answer = try policy.answer(turns.count, page: page[...])
        let response: JSONValue = [
            "id": "bench", "object": "chat.completion", "created": 0, "model": "bench",
            "choices": [
                ["index": 0, "finish_reason": "stop", "message": ["role": "assistant", "content": .string(answer)]]
            ],
            "usage": ["prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2],
        ]
        return response.text
    }
}
