//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A request that no well-behaved client sends, byte for byte, and the response of each service.
struct HostileRequest: Sendable {
    /// What is sent.
    enum Part: Sendable {
        case text(String)
        case repeated(Int, String)

        /// The client ends its output, which the service can see.
        case end
    }

    /// Requests of one kind.
    struct Section: Sendable {
        let title: String
        let requests: [HostileRequest]

        init(_ title: String, _ requests: [HostileRequest]) {
            self.title = title
            self.requests = requests
        }
    }

    let name: String
    let parts: [Part]

    /// The statuses of the responses from agent-api and stream-gateway before they close, or `closed` if there are
    /// none.
    let agentAPI: String
    let gateway: String

    init(_ name: String, _ parts: [Part], _ agentAPI: String, _ gateway: String? = nil) {
        self.name = name
        self.parts = parts
        self.agentAPI = agentAPI
        self.gateway = gateway ?? agentAPI
    }

    /// The table in `docs/hostile-requests.md`.
    static var document: String {
        let count = table.map(\.requests.count).reduce(0, +)
        var lines = [
            "# Hostile requests", "",
            "\(count) requests that no well-meaning client sends, and the statuses with which the services answer them before they",
            "close the connection. After each of them the service still answers. The test suite sends them all to both running",
            "services and compares this page with the answers. The times are limited to half a second there.", "",
        ]
        for section in table {
            lines += ["## \(section.title)", "", "| request | agent-api | stream-gateway |", "| --- | --- | --- |"]
            lines += section.requests.map { "| \($0.name) | \($0.agentAPI) | \($0.gateway) |" }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }
}
