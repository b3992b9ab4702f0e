//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Configuration
import SystemPackage

/// The command-line options that both services have. Each overrides the environment variable that its help names.
package struct ServiceOptions: ParsableArguments {
    @Option(help: "Address to listen on (HOST; default 127.0.0.1).")
    var host: String?

    @Option(
        help: "Port to listen on, 0 for any free one (PORT; default 8000 for agent-api, 3000 for stream-gateway)."
    )
    var port: String?

    @Option(help: "redis://, rediss:// or unix:// (REDIS_URL; default redis://127.0.0.1:6379/0).")
    var redisURL: String?

    @Option(help: "A file whose first line is the password of Redis (REDIS_PASSWORD_FILE; default none).")
    var redisPasswordFile: String?

    @Option(help: "Prefix of the runs' streams and channels (REDIS_STREAM; default browser_use_logs).")
    var redisStream: String?

    @Option(help: "0: records go to the streams only, without PUBLISH (LOG_PUBSUB; default 1).")
    var logPubsub: String?

    @Option(help: "0: channels carry the bare text instead of JSON (LOG_PUBSUB_JSON; default 1).")
    var logPubsubJSON: String?

    @Option(
        help: "The service's own log: trace, debug, info, notice, warning, error, critical (LOG_LEVEL; default info)."
    )
    var logLevel: String?

    @Option(help: "The service's own log: text or json (LOG_FORMAT; default text).")
    var logFormat: String?

    @Option(help: "1: serve other addresses than loopback without authentication (AUTH_DISABLED; default 0).")
    var authDisabled: String?

    @Option(
        help:
            "Origins whose pages may read what is served, separated by commas: https://dash.example.com, https://*.example.com, http://localhost:*, null, * (CORS_ORIGINS; default: for stream-gateway without AUTH_DISABLED pages of this machine and files, else none)."
    )
    var corsOrigins: String?

    @Option(
        help:
            "Names by which the service may be asked besides localhost, separated by commas: dash.example.com, *.example.com, * (ALLOWED_HOSTS; default none; with AUTH_DISABLED any)."
    )
    var allowedHosts: String?

    @Option(help: "How long the head of a request may take, 0.1 to 3600 (HEADER_TIMEOUT_SECONDS; default 10).")
    var headerTimeoutSeconds: String?

    @Option(help: "How long the body of a request may take, 0.1 to 3600 (BODY_TIMEOUT_SECONDS; default 30).")
    var bodyTimeoutSeconds: String?

    @Option(
        help: "How long a connection may wait for its next request, 0.1 to 3600 (IDLE_TIMEOUT_SECONDS; default 60)."
    )
    var idleTimeoutSeconds: String?

    @Option(help: "The most connections at a time, viewers' streams not counted (MAX_CONNECTIONS; default 10000).")
    var maxConnections: String?

    @Option(
        help:
            "The most connections of one address that may wait for their client; for one more the longest waiting is closed (MAX_CONNECTIONS_PER_ADDRESS; default 4096)."
    )
    var maxConnectionsPerAddress: String?

    @Option(help: "A file of NAME=value lines, read when it exists (default .env).")
    var envFile: String?

    /// What a parser needs.
    package init() {}

    /// The options that were given, under the names of their variables.
    package var variables: [String: String] {
        [
            "HOST": host,
            "PORT": port,
            "REDIS_URL": redisURL,
            "REDIS_PASSWORD_FILE": redisPasswordFile,
            "REDIS_STREAM": redisStream,
            "LOG_PUBSUB": logPubsub,
            "LOG_PUBSUB_JSON": logPubsubJSON,
            "LOG_LEVEL": logLevel,
            "LOG_FORMAT": logFormat,
            "AUTH_DISABLED": authDisabled,
            "CORS_ORIGINS": corsOrigins,
            "ALLOWED_HOSTS": allowedHosts,
            "HEADER_TIMEOUT_SECONDS": headerTimeoutSeconds,
            "BODY_TIMEOUT_SECONDS": bodyTimeoutSeconds,
            "IDLE_TIMEOUT_SECONDS": idleTimeoutSeconds,
            "MAX_CONNECTIONS": maxConnections,
            "MAX_CONNECTIONS_PER_ADDRESS": maxConnectionsPerAddress,
        ].compactMapValues { $0 }
    }

    /// The settings: these options and the service's own, before the environment, before the `.env` file.
    ///
    /// - Parameter options: The service's own options under the names of their variables.
    /// - Throws: ``InvalidSetting`` when a file that was asked for cannot be read.
    package func settings(adding options: [String: String?]) async throws -> Settings {
        let given = variables.merging(options.compactMapValues { $0 }) { _, own in own }
        let path = FilePath(envFile ?? ".env")
        let file: EnvironmentFile
        do {
            file = try EnvironmentFile(path: path)
        } catch let error as Errno where error == .noSuchFileOrDirectory && envFile == nil {
            file = EnvironmentFile("")
        } catch {
            throw InvalidSetting(
                variable: "--env-file",
                value: path.string,
                allowed: "a file that can be read (\(error))"
            )
        }
        return Settings(
            ConfigReader(providers: [
                InMemoryProvider(name: "command line", variables: given), EnvironmentVariablesProvider(),
                EnvironmentVariablesProvider(environmentVariables: file.variables),
            ]),
            namesInFile: file.variables.keys
        )
    }
}
