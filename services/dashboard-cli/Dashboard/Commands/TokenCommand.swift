//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import ArgumentParser
import Logging

extension Permission: ExpressibleByArgument {}

extension NamePattern: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

/// Makes an access token, without asking a service.
struct TokenCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make an access token with the secret of the services (AUTH_JWT_SECRET_FILE).",
        discussion: "dashboard-cli token --secret-file secret.txt --do view --request-id 'nightly-*' --for 1h"
    )

    @Option(
        name: .customLong("secret-file"),
        help: ArgumentHelp("The file of secrets; its first line signs.", valueName: "file")
    )
    var secretFile: String

    @Option(name: .customLong("do"), help: "What the token allows: view, run, control or admin. May be repeated.")
    var permissions: [Permission]

    @Option(help: ArgumentHelp("Only runs of this name, or whose names begin so: 'nightly-*'.", valueName: "pattern"))
    var requestID: NamePattern?

    @Option(help: ArgumentHelp("Only runs of such batches.", valueName: "pattern"))
    var batchID: NamePattern?

    @Option(help: ArgumentHelp("Only runs of such sessions.", valueName: "pattern"))
    var sessionID: NamePattern?

    @Option(name: .customLong("for"), help: ArgumentHelp("How long it lasts: 90s, 10m, 2h or 1d.", valueName: "time"))
    var lifetime = Lifetime(seconds: 3600)

    @Option(help: "Who holds it (sub).")
    var subject: String?

    @Option(help: "The issuer (iss), where the services have AUTH_ISSUER.")
    var issuer: String?

    @Option(help: "The audience (aud), where the services have AUTH_AUDIENCE.")
    var audience: String?

    func validate() throws {
        guard !permissions.isEmpty else {
            throw ValidationError("--do says what the token allows: view, run, control or admin")
        }
    }

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let source = KeySource.secretFile(secretFile)
        do {
            _ = try source.keys()
        } catch {
            throw CommandFailure(status: .usage, message: "the file of secrets \(secretFile) \(error)")
        }
        let now = Timestamp.now()
        let token = AccessToken(
            subject: subject,
            expiresAt: Timestamp(milliseconds: now.milliseconds + Int64(lifetime.seconds) * 1000),
            issuedAt: now,
            grants: [Grant(Set(permissions), requestID: requestID, batchID: batchID, sessionID: sessionID)]
        )
        let logger = Logger(label: "token", factory: { _ in SwiftLogNoOpLogHandler() })
        let signer = TokenVerifier(source, issuer: issuer, audience: audience, logger: logger)
        guard let text = await signer.sign(token) else {
            throw CommandFailure(status: .usage, message: "the token cannot be signed with \(secretFile)")
        }
        try await context.output.write(text + "\n")
        return .completed
    }
}

/// A time from now.
struct Lifetime: ExpressibleByArgument, Sendable {
    var seconds: Int

    init(seconds: Int) { self.seconds = seconds }

    var defaultValueDescription: String { seconds % 3600 == 0 ? "\(seconds / 3600)h" : "\(seconds)s" }

    /// Reads a whole number and `s`, `m`, `h` or `d`, up to ten years.
    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), let number = Int(argument.dropLast()), number > 0,
            number <= 3650 * 86_400 / unit
        else { return nil }
        seconds = number * unit
    }
}
