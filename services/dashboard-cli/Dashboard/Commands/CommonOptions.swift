//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream
import ProgramSettings

/// The options of the commands that ask agent-api.
struct ServiceOptions: ParsableArguments, Sendable {
    @Option(help: Self.settings.api.declaration.help(valueName: "url"), transform: ServiceURL.parse)
    var api: ServiceURL?

    @Option(help: Self.settings.token.declaration.help(valueName: "token"))
    var token: String?

    @Option(help: ArgumentHelp("A file whose first line is the access token.", valueName: "file"))
    var tokenFile: String?

    @Option(help: Self.settings.certificateAuthorities.declaration.help(valueName: "file"))
    var caFile: String?

    @Flag(help: "Print JSON, one event, run or batch per line.")
    var json = false

    @Option(help: "When to print colours: on a terminal unless NO_COLOR is set, always, or never.")
    var color = Style.Choice.auto

    @Flag(name: .long, help: "The same as --color never.")
    var noColor = false

    @Flag(
        name: .shortAndLong,
        help:
            "Print no notices except the name of what was started; with --json, no connected and heartbeat events either."
    )
    var quiet = false

    private static let settings = DashboardSettings()

    func validate() throws {
        if token != nil, tokenFile != nil { throw ValidationError("--token and --token-file exclude each other") }
        if noColor, color == .always { throw ValidationError("--no-color and --color always exclude each other") }
    }

    func style(_ context: CommandContext) -> Style {
        Style(context: context, choice: noColor ? .never : color)
    }

    /// Options, then the environment, then the defaults.
    ///
    /// - Parameter gateway: What the option for it says, if the command has one.
    func endpoints(_ environment: [String: String], gateway: ServiceURL? = nil) throws -> Endpoints {
        let settings = Self.settings
        do {
            return Endpoints(
                api: try api ?? settings.api.value(in: environment),
                gateway: try gateway ?? settings.gateway.value(in: environment),
                token: try (token ?? tokenFile.map(FileInput.firstLine)).map { try settings.token.value(of: $0) }
                    ?? settings.token.value(in: environment),
                certificateAuthorities: try caFile.map { try settings.certificateAuthorities.value(of: $0) }
                    ?? settings.certificateAuthorities.value(in: environment),
                options: [("api", api?.description), ("gateway", gateway?.description), ("ca-file", caFile)]
                    .map { name, value in value.map { " --\(name) \(Shell.quoted($0))" } ?? "" }
                    .joined()
            )
        } catch let error as InvalidSetting {
            throw CommandFailure(status: .usage, message: "\(error)")
        }
    }

    /// Says what agent-api keeps it waiting for.
    func client(
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

/// The gateway. Commands that do not need it take the option too, so that all can be called with the same options.
struct GatewayOption: ParsableArguments, Sendable {
    @Option(help: DashboardSettings().gateway.declaration.help(valueName: "url"), transform: ServiceURL.parse)
    var gateway: ServiceURL?
}

/// The options of the commands that follow something through the gateway.
struct CommonOptions: ParsableArguments, Sendable {
    @OptionGroup var service: ServiceOptions
    @OptionGroup var gateway: GatewayOption

    var json: Bool { service.json }
    var quiet: Bool { service.quiet }

    func style(_ context: CommandContext) -> Style { service.style(context) }

    func endpoints(_ environment: [String: String]) throws -> Endpoints {
        try service.endpoints(environment, gateway: gateway.gateway)
    }

    func api(
        _ context: CommandContext,
        _ endpoints: Endpoints,
        client: HTTPClient = HTTPClient(),
        policy: FollowPolicy? = nil
    ) -> AgentAPIClient {
        service.client(context, endpoints, client: client, policy: policy)
    }
}
