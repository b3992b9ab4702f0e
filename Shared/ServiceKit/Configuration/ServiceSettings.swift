//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts
package import Logging
package import ProgramSettings
package import Redis

/// The settings shared by both services.
package struct ServiceSettings: SettingGroup {
    package let host = Setting.text("HOST", "The address to listen on.", default: "127.0.0.1")
        .with { $0.compose = .omitted(because: "the images set it to 0.0.0.0") }

    package let port: Setting<Int>

    package let redisURL = Setting<RedisConfiguration>.form(
        "REDIS_URL",
        "Where Redis is: `redis://`, `rediss://` (TLS), `unix://` or `redis+sentinel://`, with user and password if needed.",
        default: .standard,
        shownAs: .value(RedisConfiguration.standard.redactedURL),
        show: \.redactedURL,
        parse: { try RedisConfiguration(url: $0) }
    ).with { $0.compose = .fixed("redis://redis:6379/0") }

    package let redisPasswordFile = Setting.secretFile(
        "REDIS_PASSWORD_FILE",
        "A file whose first line is the Redis password."
    ).with { $0.compose = .fixed("/run/secrets/redis_password") }

    package let redisStream = Setting.identifier(
        "REDIS_STREAM",
        "The prefix of the runs' streams and channels. All programs that share a Redis server need the same value.",
        default: "browser_use_logs"
    )

    package let logPubsub = Setting.flag(
        "LOG_PUBSUB",
        "Whether records are published as well as stored. Both services need the same value. With 0, viewers see "
            + "records within 0.2 s.",
        default: true
    )

    package let logPubsubJSON = Setting.flag(
        "LOG_PUBSUB_JSON",
        "Whether channels carry JSON. With 0 they carry the bare text.",
        default: true
    )

    package let logLevel = Setting<Logger.Level>.choice(
        "LOG_LEVEL",
        "The lowest level of the service's own log, on standard error.",
        default: .info,
        aliases: ["warn": .warning]
    )

    package let logFormat = Setting<LogFormat>.choice(
        "LOG_FORMAT",
        "The format of the service's own log: lines for people, or JSON objects.",
        default: .text
    )

    package let authDisabled = Setting.flag(
        "AUTH_DISABLED",
        "Whether clients on other machines are served, without authentication.",
        default: false
    ).with { $0.compose = .passed(default: "1") }

    package let access = AccessSettings()

    package let certificateFile = Setting.text(
        "TLS_CERT_FILE",
        "A file with the service's certificate in PEM, followed by those of its issuers. With it the service speaks TLS, "
            + "with HTTP/2 or HTTP/1.1. It is read again when it changes."
    ).with { $0.compose = .omitted(because: "a proxy in front of the containers speaks TLS") }

    package let certificateKeyFile = Setting.text(
        "TLS_KEY_FILE",
        "A file with the private key of the certificate in PEM. It is read again when it changes."
    ).with { $0.compose = .omitted(because: "a proxy in front of the containers speaks TLS") }

    package let traceEndpoint = Setting<String?>(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "The address of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://localhost:4318`. Spans of "
            + "requests, runs, steps and model calls go there, as JSON.",
        allowed: "http://host:port or https://host:port",
        default: nil,
        shownAs: .words("none"),
        show: { $0 ?? "" },
        parse: { text throws(SettingFault) in
            guard let (_, authority) = OriginPolicy.parts(text), HostField(field: authority.prefix { $0 != "/" }) != nil
            else { throw .mustBe("http://host:port or https://host:port") }
            return text
        }
    )

    package let corsOrigins: Setting<OriginPolicy?>

    package let allowedHosts = Setting<HostPolicy>.form(
        "ALLOWED_HOSTS",
        "The host names that requests may use, in addition to those of this machine, separated by commas: "
            + "`dash.example.com`, `*.example.com`, `10.1.2.0/24`, or `*` for any.",
        default: .loopback,
        shownAs: .words("none; any with `AUTH_DISABLED`"),
        show: \.description,
        parse: { try HostPolicy($0) }
    ).with { $0.compose = .passed(default: "agent-api,stream-gateway,nginx,172.16.0.0/12,192.168.0.0/16") }

    package let headerTimeout = Setting.number(
        "HEADER_TIMEOUT_SECONDS",
        "The time limit for receiving the head of a request.",
        in: 0.1...3600,
        default: 10
    )

    package let bodyTimeout = Setting.number(
        "BODY_TIMEOUT_SECONDS",
        "The time limit for receiving the body of a request.",
        in: 0.1...3600,
        default: 30
    )

    package let idleTimeout = Setting.number(
        "IDLE_TIMEOUT_SECONDS",
        "How long a connection may stay idle between requests.",
        in: 0.1...3600,
        default: 60
    )

    package let maximumConnections = Setting.integer(
        "MAX_CONNECTIONS",
        "The maximum number of connections. Viewers' streams are not counted.",
        in: 1...1_000_000,
        default: 10_000
    )

    package let maximumConnectionsPerAddress = Setting.integer(
        "MAX_CONNECTIONS_PER_ADDRESS",
        "The maximum number of connections from one address that wait for their client. A further one closes the one "
            + "that has waited longest.",
        in: 1...1_000_000,
        default: 4096
    )

    package let trustedProxies = Setting<[AddressBlock]>.list(
        "TRUSTED_PROXIES",
        "The addresses of the reverse proxies in front of the service, separated by commas: `10.1.2.0/24,127.0.0.1`. "
            + "Of their requests, the client's address is the one in `Forwarded` or `X-Forwarded-For`.",
        without: "none"
    ) { try AddressBlock($0) }

    /// The settings of one of the services.
    ///
    /// - Parameters:
    ///   - port: Its default port.
    ///   - origins: A description of the origins allowed if `CORS_ORIGINS` is not set.
    ///   - composedOrigins: The default of `CORS_ORIGINS` in the compose files.
    package init(port: Int, origins: String, composedOrigins: String = "") {
        self.port = Setting.integer(
            "PORT",
            "The port to listen on; 0 picks a free port.",
            in: 0...65_535,
            default: port
        )
        .with { $0.compose = .omitted(because: "the images set it") }
        corsOrigins = .form(
            "CORS_ORIGINS",
            "The origins whose web pages may use the service, separated by commas: `https://dash.example.com`, "
                + "`https://*.example.com`, `http://localhost:*`, `null` for files, `*` for all.",
            default: nil,
            shownAs: .words(origins),
            show: { $0?.description ?? "" },
            parse: { try OriginPolicy($0) }
        ).with { $0.compose = .passed(default: composedOrigins) }
    }
}
