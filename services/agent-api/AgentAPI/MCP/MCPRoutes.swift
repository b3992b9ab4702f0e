//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import Hummingbird
import JSON
import ServiceKit

/// `POST /mcp`: the Model Context Protocol over HTTP, without sessions. Each request is answered by itself, by any
/// agent-api.
struct MCPRoutes: Sendable {
    let tools: MCPTools
    let tasks: MCPTasks

    init(agents: AgentRoutes) {
        tools = MCPTools(agents: agents)
        tasks = MCPTasks(agents: agents, tools: tools)
    }

    func add(to routes: RouteGroup) {
        let answer: [String: JSONValue] = [
            "application/json": ["type": "object"], "application/problem+json": ["type": "object"],
        ]
        let description = RouteDescription(
            "Model Context Protocol: one JSON-RPC request or notification",
            body: ["type": "object"],
            answers: [
                .json("The response.", ["type": "object"]), .init(202, "A notification was taken."),
                .init(400, "The message is not valid.", answer), .init(404, "There is no such method.", answer),
            ]
        )
        routes.post("/mcp", description, use: take)
    }

    private func take(_ request: Request, context: ServiceContext) async throws -> Response {
        do {
            let body: JSONValue
            do {
                body = try await request.json(context: context)
            } catch let problem as Problem where problem.status == .badRequest {
                throw MCPFault(-32700, problem.detail, id: nil)
            }
            let message = try MCPRequest(
                body,
                version: HTTPField.Name("mcp-protocol-version").flatMap { request.headers[$0] },
                named: HTTPField.Name("mcp-method").flatMap { request.headers[$0] },
                about: HTTPField.Name("mcp-name").flatMap { request.headers[$0] }
            )
            guard let id = message.id else { return Response(status: .accepted) }
            do {
                let result = try await result(of: message, context)
                let response: JSONValue = ["jsonrpc": "2.0", "id": id, "result": .object(result)]
                return .json(response.bytes)
            } catch let fault as MCPFault where !message.isModern {
                // Earlier revisions have errors of JSON-RPC in responses that are successful for HTTP.
                return .json(fault.json.bytes)
            }
        } catch let fault as MCPFault {
            return .json(fault.json.bytes, status: .init(code: fault.status))
        }
    }

    private func result(of message: MCPRequest, _ context: ServiceContext) async throws -> [String: JSONValue] {
        switch message.method {
        case "server/discover":
            return Self.cacheable([
                "supportedVersions": .array((MCPRequest.handshakes + [MCPRequest.modern]).map { .string($0) }),
                "capabilities": ["tools": [:], "extensions": [MCPTasks.name: [:]]], "serverInfo": Self.info,
                "instructions": .string(Self.instructions),
                "_meta": ["io.modelcontextprotocol/serverInfo": Self.info],
            ])
        case "initialize":
            let asked = message.params["protocolVersion"]?.string ?? ""
            let version = MCPRequest.handshakes.contains(asked) ? asked : MCPRequest.handshakes.last ?? ""
            return [
                "protocolVersion": .string(version), "capabilities": ["tools": [:]], "serverInfo": Self.info,
                "instructions": .string(Self.instructions),
            ]
        case "ping": return ["resultType": "complete"]
        case "tools/list": return Self.cacheable(["tools": .array(MCPTool.allCases.map(\.json))])
        case "tools/call": return try await call(message, context)
        case let method where message.isModern && MCPTasks.methods.contains(method):
            guard message.knowsTasks else {
                throw MCPFault(
                    -32021,
                    "Missing required client capability",
                    id: message.id,
                    data: ["requiredCapabilities": ["extensions": [MCPTasks.name: [:]]]]
                )
            }
            return try await tasks.answer(message, context)
        default: throw MCPFault(-32601, "There is no method \(message.method.prefix(100)).", id: message.id)
        }
    }

    private func call(_ message: MCPRequest, _ context: ServiceContext) async throws -> [String: JSONValue] {
        let name = message.params["name"]?.string ?? ""
        guard let tool = MCPTool(rawValue: name) else {
            let names = MCPTool.allCases.map(\.rawValue).joined(separator: ", ")
            throw MCPFault(-32602, "There is no tool \"\(name.prefix(100))\"; there are \(names).", id: message.id)
        }
        do {
            if tool == .runTask, message.knowsTasks {
                return try await tasks.start(message.params["arguments"] ?? .object([:]), context)
            }
            let found = try await tools.call(tool, message.params["arguments"] ?? .object([:]), context)
            return Self.answer(found.text, found)
        } catch let problem as Problem {
            // For the model that called: it may do better.
            let lines = [problem.detail] + problem.errors.map { "\($0.field) \($0.message)" }
            var answer = Self.answer(lines.joined(separator: "\n"), nil)
            answer["isError"] = true
            return answer
        }
    }

    private static func answer(_ text: String, _ structured: JSONValue?) -> [String: JSONValue] {
        var answer: [String: JSONValue] = [
            "content": [["type": "text", "text": .string(text)]], "resultType": "complete",
        ]
        answer["structuredContent"] = structured
        return answer
    }

    private static func cacheable(_ result: [String: JSONValue]) -> [String: JSONValue] {
        result.merging(["resultType": "complete", "ttlMs": 300_000, "cacheScope": "public"]) { first, _ in first }
    }

    private static let info: JSONValue = [
        "name": "stepcast", "title": "Stepcast", "version": .string(Release.version),
    ]

    private static let instructions =
        "Runs tasks in real browsers. Start one with run_task, then call follow_run again and again, with `next` as "
        + "`after`, until is_over is true. A run whose status is waiting needs a person."
}
