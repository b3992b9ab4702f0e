//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser

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

    @Flag(help: "Print JSON, one event or answer a line, as it was received.")
    var json = false

    @Flag(name: .long, help: "Print no colours.")
    var noColor = false

    @Flag(help: "Print no notices; with --json, no connected and heartbeat events either.")
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
            token: token
        )
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

/// The options of the commands that follow a run.
struct FollowOptions: ParsableArguments, Sendable {
    @Option(help: "Show records of this level and above.")
    var level: LogLevel?

    @Option(help: ArgumentHelp("How long to go on trying when the connection is lost.", valueName: "seconds"))
    var giveUpAfter: Int?

    @Option(help: ArgumentHelp("How long the stream may be silent before it counts as dead.", valueName: "seconds"))
    var idleTimeout: Int?

    func validate() throws {
        if let giveUpAfter, !(0...86_400).contains(giveUpAfter) {
            throw ValidationError("--give-up-after is \(giveUpAfter), but has to be 0 to 86400 seconds")
        }
        if let idleTimeout, !(1...86_400).contains(idleTimeout) {
            throw ValidationError("--idle-timeout is \(idleTimeout), but has to be 1 to 86400 seconds")
        }
    }

    func policy(_ defaults: FollowPolicy) -> FollowPolicy {
        var policy = defaults
        if let giveUpAfter { policy.giveUpAfter = .seconds(giveUpAfter) }
        if let idleTimeout { policy.idleTimeout = .seconds(idleTimeout) }
        return policy
    }
}
