//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

/// The options that every command has.
struct CommonOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Where agent-api is. (default: AGENT_API_URL, else http://127.0.0.1:8000)",
            valueName: "url"
        ),
        transform: ServiceURL.parse
    )
    var api: ServiceURL?

    @Option(
        help: ArgumentHelp(
            "Where stream-gateway is. (default: GATEWAY_URL, else http://127.0.0.1:3000)",
            valueName: "url"
        ),
        transform: ServiceURL.parse
    )
    var gateway: ServiceURL?

    @Option(help: "The access token. STEPCAST_TOKEN keeps it out of the process list.")
    var token: String?

    @Flag(help: "Print JSON, one event, run or batch a line.")
    var json = false

    @Flag(name: .long, help: "Print no colours.")
    var noColor = false

    @Flag(
        name: .shortAndLong,
        help:
            "Print no notices, but the name of what is started; with --json, no connected and heartbeat events either."
    )
    var quiet = false

    /// Options, then the environment, then the defaults.
    func endpoints(_ environment: [String: String]) throws -> Endpoints {
        let token = token ?? environment["STEPCAST_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        if let token, !token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            throw CommandFailure(
                status: .usage,
                message: "the token (--token, STEPCAST_TOKEN) has a character that no token has"
            )
        }
        return Endpoints(
            api: try api ?? Self.url(from: environment, "AGENT_API_URL") ?? .defaultAPI,
            gateway: try gateway ?? Self.url(from: environment, "GATEWAY_URL") ?? .defaultGateway,
            token: token,
            options: [("api", api), ("gateway", gateway)].map { name, url in
                url.map { " --\(name) \(Shell.quoted($0.description))" } ?? ""
            }.joined()
        )
    }

    /// Says what agent-api keeps it waiting for.
    func api(
        _ context: CommandContext,
        _ endpoints: Endpoints,
        client: HTTPClient = HTTPClient(),
        policy: FollowPolicy? = nil
    ) -> AgentAPIClient {
        let isQuiet = quiet
        return AgentAPIClient(client: client, endpoints: endpoints, policy: policy ?? context.policy) { text in
            if !isQuiet { await context.notify(text) }
        }
    }

    private static func url(from environment: [String: String], _ name: String) throws -> ServiceURL? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let url = ServiceURL(text) else {
            throw CommandFailure(
                status: .usage,
                message: "\(name) is \(text.debugDescription), but has to be \(ServiceURL.rule)"
            )
        }
        return url
    }
}
