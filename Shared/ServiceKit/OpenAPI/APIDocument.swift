//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import Synchronization

/// The description of a service's routes, served as `GET /openapi.json` (OpenAPI 3.1).
final class APIDocument: Sendable {
    /// Who may use a route.
    enum Access: Sendable {
        /// Anybody who reaches the service, by whatever name.
        case open
        /// Anybody who may reach the service.
        case page
        /// Who has a token, where tokens are needed.
        case token
    }

    private struct Operation {
        var method: HTTPRequest.Method
        var description: RouteDescription
        var access: Access
    }

    private let title: String
    private let hasTokens: Bool
    private let paths = Mutex<[String: [Operation]]>([:])

    init(title: String, hasTokens: Bool) {
        self.title = title
        self.hasTokens = hasTokens
    }

    /// - Parameter path: Such as `/api/agents/{request_id}`.
    func add(_ path: String, _ method: HTTPRequest.Method, _ description: RouteDescription, _ access: Access) {
        let operation = Operation(method: method, description: description, access: access)
        paths.withLock { $0[path, default: []].append(operation) }
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        for (path, operations) in paths.withLock(\.self) {
            var item: [String: JSONValue] = [:]
            for operation in operations {
                item[operation.method.rawValue.lowercased()] = describe(operation, at: path)
                guard operation.method == .get else { continue }
                var head = operation
                head.method = .head
                head.description.summary += ", without the body"
                head.description.answers = operation.description.answers.map { .init($0.status, $0.text) }
                item["head"] = describe(head, at: path)
            }
            members[path.replacing("**", with: "{path}")] = .object(item)
        }
        var components: [String: JSONValue] = ["schemas": ["Problem": Self.problem]]
        if hasTokens {
            components["securitySchemes"] = ["token": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]]
        }
        return [
            "openapi": "3.1.0", "info": ["title": .string(title), "version": .string(Release.version)],
            "paths": .object(members), "components": .object(components),
        ]
    }

    private func describe(_ operation: Operation, at path: String) -> JSONValue {
        let description = operation.description
        let named = path.replacing("**", with: "{path}").split(separator: "/").filter { $0.hasPrefix("{") }
            .map { String($0.dropFirst().dropLast()) }
        let given = Set(description.parameters.map(\.name))
        let ofPath = named.filter { !given.contains($0) }.map { name in
            RouteDescription.Parameter(
                name,
                in: .path,
                "A name.",
                name.hasSuffix("id") ? APISchema.identifier : ["type": "string", "minLength": 1]
            )
        }
        var answers: [String: JSONValue] = [:]
        for status in description.problems + common(operation) {
            answers["\(status)"] = [
                "description": .string(HTTPResponse.Status(code: status).reasonPhrase),
                "content": operation.method == .head
                    ? .object([:]) : ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
            ]
        }
        for answer in description.answers {
            var members: [String: JSONValue] = ["description": .string(answer.text)]
            if !answer.content.isEmpty { members["content"] = .object(answer.content.mapValues { ["schema": $0] }) }
            answers["\(answer.status)"] = .object(members)
        }
        var members: [String: JSONValue] = [
            "summary": .string(description.summary), "responses": .object(answers),
            "parameters": .array((ofPath + description.parameters).map(Self.describe)),
            "operationId": .string(Self.name(operation.method, path)),
        ]
        if let body = description.body {
            members["requestBody"] = ["required": true, "content": ["application/json": ["schema": body]]]
        }
        if hasTokens, operation.access == .token { members["security"] = [["token": []]] }
        return .object(members)
    }

    /// The statuses of problems that any route of its kind may have.
    private func common(_ operation: Operation) -> [Int] {
        var statuses = [400, 405, 408, 414, 417, 431, 503]
        if operation.access != .open { statuses += [403, 421] }
        if operation.access == .token, hasTokens { statuses.append(401) }
        if operation.description.body != nil { statuses += [413, 415, 422] }
        return statuses
    }

    private static func describe(_ parameter: RouteDescription.Parameter) -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "description": .string(parameter.text), "schema": parameter.schema,
            "required": .bool(parameter.place == .path),
        ]
    }

    private static func name(_ method: HTTPRequest.Method, _ path: String) -> String {
        let words = path.split { !$0.isLetter && !$0.isNumber }
        return method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static let problem: JSONValue = APISchema.object(
        [
            "type": ["const": "about:blank"], "title": APISchema.text, "status": APISchema.integer(400...599),
            "detail": APISchema.text, "http_request_id": APISchema.text,
        ],
        optional: [
            "instance": APISchema.text,
            "errors": APISchema.array(of: APISchema.object(["field": APISchema.text, "message": APISchema.text])),
        ]
    )
}
