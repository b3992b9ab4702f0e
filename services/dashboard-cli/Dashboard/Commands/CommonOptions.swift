//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream
import ProgramSettings

/// The options that every command has.
struct CommonOptions: ParsableArguments, Sendable {
    @Option(help: Self.settings.api.declaration.help(valueName: "url"), transform: ServiceURL.parse)
    var api: ServiceURL?

    @Option(help: Self.settings.gateway.declaration.help(valueName: "url"), transform: ServiceURL.parse)
    var gateway: ServiceURL?

    @Option(help: Self.settings.token.declaration.help(valueName: "token"))
    var token: String?

    @Flag(help: "Print JSON, one event, run or batch per line.")
    var json = false

    @Flag(name: .long, help: "Print no colours.")
    var noColor = false

    @Flag(
        name: .shortAndLong,
        help:
            "Print no notices except the name of what was started; with --json, no connected and heartbeat events either."
    )
    var quiet = false

    private static let settings = DashboardSettings()

    /// Options, then the environment, then the defaults.
    func endpoints(_ environment: [String: String]) throws -> Endpoints {
        let settings = Self.settings
        do {
            return Endpoints(
                api: try api ?? settings.api.value(in: environment),
                gateway: try gateway ?? settings.gateway.value(in: environment),
                token: try token.map { try settings.token.value(of: $0) } ?? settings.token.value(in: environment),
                options: [("api", api), ("gateway", gateway)].map { name, url in
                    url.map { " --\(name) \(Shell.quoted($0.description))" } ?? ""
                }.joined()
            )
        } catch let error as InvalidSetting {
            throw CommandFailure(status: .usage, message: "\(error)")
        }
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
}
