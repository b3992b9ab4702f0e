//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON
import Synchronization

/// A model server on a real socket with answers written by a test. It implements chat completions
/// (`/v1/chat/completions`) and Anthropic's messages (`/v1/messages`), and simulates their failures.
package struct ScriptedModelServer: Sendable {
    /// Decides on the answer. Turns are counted over all requests, including failed ones.
    package typealias Policy = @Sendable (ModelTurn) async throws -> ModelReply

    private let server: ScriptedServer
    private let log: TurnLog

    /// Its address for both protocols, without a trailing slash.
    package var url: String { "\(server.url)/v1" }

    /// The turns so far, in order.
    package var turns: [ModelTurn] { log.turns.withLock { $0 } }

    /// All requests so far, also those that are no turns.
    package var requests: [ScriptedRequest] { self.server.requests }

    /// The number of open connections.
    package var openConnections: Int { self.server.openConnections }

    /// Runs a server while the body runs.
    ///
    /// - Parameters:
    ///   - policy: Answers the model's turns.
    ///   - pages: What the server tells of itself at other addresses, by path, such as `/v1/models`. Other paths get 404.
    package static func with<Result: Sendable>(
        _ policy: @escaping Policy,
        pages: [String: JSONValue] = [:],
        body: (ScriptedModelServer) async throws -> Result
    ) async throws -> Result {
        let log = TurnLog()
        return try await ScriptedServer.with { connection in
            let request = try await connection.request()
            guard request.method == "POST" else {
                let page = pages[request.target]
                return try await connection.respond(
                    page == nil ? "404 Not Found" : "200 OK",
                    headers: ["Content-Type": "application/json"],
                    body: page?.text ?? ""
                )
            }
            let turn = try log.turns.withLock { turns in
                let turn = try ModelTurn(request, number: turns.count + 1)
                turns.append(turn)
                return turn
            }
            let reply: ModelReply
            do {
                reply = try await policy(turn)
            } catch {
                // So that the client's error contains the policy's.
                reply = .failure(400, "the test's policy failed: \(error)")
            }
            try await Self.play(reply, for: turn, on: connection)
        } body: { server in
            try await body(ScriptedModelServer(server: server, log: log))
        }
    }

    private init(server: ScriptedServer, log: TurnLog) {
        self.server = server
        self.log = log
    }

    private static func play(_ reply: ModelReply, for turn: ModelTurn, on connection: ScriptedConnection) async throws {
        let json = ["Content-Type": "application/json"]
        switch reply {
        case .answer(let text):
            try await connection.respond("200 OK", headers: json, body: turn.envelope(of: text).text)
        case .cutOff(let text):
            let body = turn.envelope(of: text, isCutOff: true).text
            try await connection.respond("200 OK", headers: json, body: body)
        case .raw(let body):
            try await connection.respond("200 OK", headers: json, body: body)
        case .failure(let status, let message, let headers):
            let body: JSONValue = ["error": ["message": .string(message), "type": "some_error"]]
            let fields = json.merging(headers) { $1 }
            try await connection.respond("\(status) Failure", headers: fields, body: body.text)
        case .halfAnAnswer:
            let body = turn.envelope(of: "{}").text
            try await connection.write(
                "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body.prefix(20))"
            )
        case .close: break
        case .hang: try await connection.waitForClose()
        }
    }
}

/// A reply of a ``ScriptedModelServer``.
package enum ModelReply: Sendable {
    /// The model's answer. For Anthropic's protocol it is the tool's input if it is an object, otherwise text.
    case answer(String)
    /// An answer that was cut off.
    case cutOff(String)
    /// Status 200 with that body.
    case raw(String)
    /// A failure with the message and headers.
    case failure(Int, String = "", headers: [String: String] = [:])
    /// The start of an answer, then the end of the connection.
    case halfAnAnswer
    /// The end of the connection.
    case close
    /// No reply, for as long as the client waits.
    case hang
}

private final class TurnLog: Sendable {
    let turns = Mutex<[ModelTurn]>([])
}
