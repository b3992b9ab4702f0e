//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import Redis

/// The settings that both services have (protocol, section 5).
package struct ServiceConfiguration: Sendable {
    /// `HOST`: the address to listen on.
    package var host: String

    /// `PORT`: 0 takes any free one.
    package var port: Int

    /// `REDIS_URL`, with the password of `REDIS_PASSWORD_FILE` if that is set.
    package var redis: RedisConfiguration

    /// `REDIS_STREAM`: the prefix of the runs' streams and channels.
    package var streamPrefix: String

    /// `LOG_PUBSUB`: whether records are published besides being stored.
    package var publishes: Bool

    /// `LOG_PUBSUB_JSON`: whether channels carry JSON; the bare text otherwise.
    package var publishesJSON: Bool

    /// `LOG_LEVEL`: of the service's own log.
    package var logLevel: Logger.Level

    /// `LOG_FORMAT`: of the service's own log.
    package var logFormat: LogFormat

    /// `AUTH_DISABLED`: whether other addresses than loopback are served without authentication.
    package var isOpen: Bool

    /// `CORS_ORIGINS`: the pages that may read what is served; `nil` leaves that to the service.
    package var corsOrigins: OriginPolicy?

    /// `ALLOWED_HOSTS`: names by which the service may be asked besides those that mean this machine.
    package var allowedHosts: HostPolicy

    /// `HEADER_TIMEOUT_SECONDS`, `BODY_TIMEOUT_SECONDS`, `IDLE_TIMEOUT_SECONDS`, `MAX_CONNECTIONS`,
    /// `MAX_CONNECTIONS_PER_ADDRESS`.
    package var connections: ConnectionLimits

    /// Reads and checks them.
    ///
    /// - Parameters:
    ///   - settings: Where they come from.
    ///   - defaultPort: The service's own.
    /// - Throws: ``InvalidSetting`` for the first that makes no sense.
    package init(_ settings: inout Settings, defaultPort: Int) throws(InvalidSetting) {
        host = settings.text("HOST", default: "127.0.0.1")
        port = try settings.integer("PORT", in: 0...65_535, default: defaultPort)
        redis = try settings.value("REDIS_URL", default: "redis://127.0.0.1:6379/0", show: \.redactedURL) {
            try RedisConfiguration(url: $0)
        }
        streamPrefix = try settings.identifier("REDIS_STREAM", default: "browser_use_logs")
        publishes = try settings.flag("LOG_PUBSUB", default: true)
        publishesJSON = try settings.flag("LOG_PUBSUB_JSON", default: true)
        logLevel = try settings.choice("LOG_LEVEL", default: Logger.Level.info, aliases: ["warn": .warning])
        logFormat = try settings.choice("LOG_FORMAT", default: LogFormat.text)
        isOpen = try settings.flag("AUTH_DISABLED", default: false)
        corsOrigins = try settings.value(
            "CORS_ORIGINS",
            default: "",
            show: { $0?.description ?? "(default)" },
            parse: { $0.isEmpty ? nil : try OriginPolicy($0) }
        )
        allowedHosts = try settings.value(
            "ALLOWED_HOSTS",
            default: "",
            show: { $0.isEmpty ? "(none)" : $0.description },
            parse: { try HostPolicy($0) }
        )
        connections = try ConnectionLimits(&settings)
        if !isOpen, !listensOnLoopback {
            settings.warn(
                "HOST is \(host), but without AUTH_DISABLED=1 only clients on this machine are served; "
                    + "others get 403"
            )
        }
        for variable in ["AUTH_JWT_SECRET", "AUTH_JWKS_FILE"]
        where settings.optionalText(variable, isSecret: true) != nil {
            // Starting without the protection that somebody has asked for would be worse than not starting.
            throw InvalidSetting(
                variable: variable,
                value: nil,
                allowed: "this version cannot verify tokens yet; unset it"
            )
        }
        if let password = try settings.firstLine(ofFile: "REDIS_PASSWORD_FILE") {
            guard redis.password == nil else {
                throw InvalidSetting(
                    variable: "REDIS_PASSWORD_FILE",
                    value: nil,
                    allowed: "REDIS_URL has a password too; unset one of them"
                )
            }
            redis.password = password
        }
    }

    private var listensOnLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
