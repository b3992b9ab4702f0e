//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Synchronization

/// A model's server on a real socket whose answers a test writes. It speaks chat completions (`/v1/chat/completions`) and
/// Anthropic's messages (`/v1/messages`), and plays what goes wrong with them.
package struct ScriptedModelServer: Sendable {
    /// Decides what is answered. Turns are counted over all requests, those that fail included.
    package typealias Policy = @Sendable (ModelTurn) async throws -> ModelReply

    private let server: ScriptedServer
    private let log: TurnLog

    /// Its address for both protocols, without a slash at the end.
    package var url: String { "\(server.url)/v1" }

    /// The turns so far, in order.
    package var turns: [ModelTurn] { log.turns.withLock { $0 } }

    /// How many connections to it are open now.
    package var openConnections: Int { self.server.openConnections }

    /// Runs a server for as long as the body runs.
    package static func with<Result: Sendable>(
        _ policy: @escaping Policy,
        body: (ScriptedModelServer) async throws -> Result
    ) async throws -> Result {
        let log = TurnLog()
        return try await ScriptedServer.with { connection in
            let request = try await connection.request()
            let turn = try log.turns.withLock { turns in
                let turn = try ModelTurn(request, number: turns.count + 1)
                turns.append(turn)
                return turn
            }
            let reply: ModelReply
            do {
                reply = try await policy(turn)
            } catch {
                // So that the client's error says what the policy did not like.
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

/// What a ``ScriptedModelServer`` answers.
package enum ModelReply: Sendable {
    /// What the model says; for Anthropic's protocol as the tool's input if it is an object, else as text.
    case answer(String)
    /// The same, but the model was stopped before its end.
    case cutOff(String)
    /// Status 200 with that body.
    case raw(String)
    /// A failure with the message and header fields.
    case failure(Int, String = "", headers: [String: String] = [:])
    /// The beginning of an answer, then the connection's end.
    case halfAnAnswer
    /// The connection's end.
    case close
    /// Nothing, for as long as the client waits.
    case hang
}

private final class TurnLog: Sendable {
    let turns = Mutex<[ModelTurn]>([])
}
