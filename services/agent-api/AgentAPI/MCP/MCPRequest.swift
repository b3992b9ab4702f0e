//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON

/// One message of a client of the Model Context Protocol, as it came by `POST /mcp`. It does no I/O.
struct MCPRequest: Sendable {
    /// The revision without handshake.
    static let modern = "2026-07-28"

    /// The revisions that begin with `initialize`, the newest last.
    static let handshakes = ["2025-03-26", "2025-06-18", "2025-11-25"]

    /// The id; `nil` for a notification.
    var id: JSONValue?
    var method: String
    var params: JSONValue

    /// Whether it is of the revision without handshake.
    var isModern: Bool

    /// What the client can do, as each request of the revision without handshake says it.
    private var abilities: JSONValue? { params["_meta"]?["io.modelcontextprotocol/clientCapabilities"] }

    /// Whether the client knows tasks.
    var knowsTasks: Bool { isModern && abilities?["extensions"]?[MCPTasks.name] != nil }

    /// Whether the client can ask its user something by a form.
    var canElicit: Bool {
        guard let elicitation = abilities?["elicitation"]?.object else { return false }
        // Without more it means forms.
        return elicitation.isEmpty || elicitation["form"] != nil
    }

    /// Reads a message.
    ///
    /// - Parameters:
    ///   - version: The header `MCP-Protocol-Version`.
    ///   - named: The header `Mcp-Method`.
    ///   - about: The header `Mcp-Name`.
    /// - Throws: ``MCPFault``.
    init(_ body: JSONValue, version: String?, named: String?, about: String? = nil) throws(MCPFault) {
        let id = body["id"]
        guard case .object = body, body["jsonrpc"]?.string == "2.0", let method = body["method"]?.string,
            id == nil || id?.string != nil || id?.integer != nil
        else { throw MCPFault(-32600, "The body must be one JSON-RPC 2.0 request or notification.", id: nil) }
        self.id = id
        self.method = method
        params = body["params"] ?? .object([:])
        let stated = params["_meta"]?["io.modelcontextprotocol/protocolVersion"]?.string
        isModern = stated != nil || version == Self.modern
        let all = Self.handshakes + [Self.modern]
        if let unknown = [stated, version].compactMap({ $0 }).first(where: { !all.contains($0) }) {
            throw MCPFault(
                -32022,
                "Unsupported protocol version",
                id: id,
                data: ["supported": .array(all.map { .string($0) }), "requested": .string(unknown)]
            )
        }
        if let stated, let version, stated != version {
            throw MCPFault(-32020, "MCP-Protocol-Version is \(version), and the body says \(stated).", id: id)
        }
        if let named, named != method {
            throw MCPFault(-32020, "Mcp-Method is \(named), and the body says \(method).", id: id)
        }
        let subject = method == "tools/call" ? "name" : MCPTasks.methods.contains(method) ? "taskId" : nil
        if let about, let subject, let said = params[subject]?.string, said != about {
            throw MCPFault(-32020, "Mcp-Name is \(about), and the body says \(said).", id: id)
        }
    }
}

/// An error of JSON-RPC.
struct MCPFault: Error, Sendable {
    var code: Int
    var message: String
    var id: JSONValue?
    var data: JSONValue?

    init(_ code: Int, _ message: String, id: JSONValue?, data: JSONValue? = nil) {
        (self.code, self.message, self.id, self.data) = (code, message, id, data)
    }

    /// The status of its response, where the revision says one.
    var status: Int {
        switch code {
        case -32601: 404
        case -32700, -32600, -32602, -32020, -32021, -32022: 400
        default: 200
        }
    }

    var json: JSONValue {
        var error: [String: JSONValue] = ["code": .integer(Int64(code)), "message": .string(message)]
        error["data"] = data
        return ["jsonrpc": "2.0", "id": id ?? .null, "error": .object(error)]
    }
}
