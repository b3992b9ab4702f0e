//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import ProgramSettings
package import Redis

/// The settings shared by both services (protocol, section 5).
package struct ServiceConfiguration: Sendable {
    /// `HOST`: the address to listen on.
    package var host: String

    /// `PORT`: 0 picks a free port.
    package var port: Int

    /// `REDIS_URL`, with the password from `REDIS_PASSWORD_FILE` if that is set.
    package var redis: RedisConfiguration

    /// `REDIS_STREAM`: the prefix of the runs' streams and channels.
    package var streamPrefix: String

    /// `LOG_PUBSUB`: whether records are published as well as stored.
    package var publishes: Bool

    /// `LOG_PUBSUB_JSON`: whether channels carry JSON or the bare text.
    package var publishesJSON: Bool

    /// `LOG_LEVEL` of the service's own log.
    package var logLevel: Logger.Level

    /// `LOG_FORMAT` of the service's own log.
    package var logFormat: LogFormat

    /// `AUTH_DISABLED`: whether clients on other machines are served without authentication.
    package var isOpen: Bool

    /// `AUTH_JWT_SECRET`, `AUTH_JWT_SECRET_FILE`, `AUTH_JWKS_FILE`, `AUTH_ISSUER`, `AUTH_AUDIENCE`: how clients are
    /// authenticated; `nil` when they are not.
    package var access: AccessConfiguration?

    /// `TLS_CERT_FILE`, `TLS_KEY_FILE`: with what the service shows who it is; `nil` without TLS.
    package var certificate: ServerCertificate?

    /// `OTEL_EXPORTER_OTLP_ENDPOINT`: where spans go; `nil` for nowhere.
    package var traceEndpoint: String?

    /// `CORS_ORIGINS`: the origins whose pages may read responses; `nil` if the setting is not set.
    package var corsOrigins: OriginPolicy?

    /// `ALLOWED_HOSTS`: additional host names of the service.
    package var allowedHosts: HostPolicy

    /// `HEADER_TIMEOUT_SECONDS`, `BODY_TIMEOUT_SECONDS`, `IDLE_TIMEOUT_SECONDS`, `MAX_CONNECTIONS`,
    /// `MAX_CONNECTIONS_PER_ADDRESS`, `TRUSTED_PROXIES`.
    package var connections: ConnectionLimits

    /// Reads and validates the settings.
    ///
    /// - Throws: ``InvalidSetting`` for the first value that is not allowed.
    package init(_ settings: inout Settings, _ declared: ServiceSettings) throws(InvalidSetting) {
        host = try settings.read(declared.host)
        port = try settings.read(declared.port)
        redis = try settings.read(declared.redisURL)
        let password = try settings.read(declared.redisPasswordFile)
        streamPrefix = try settings.read(declared.redisStream)
        publishes = try settings.read(declared.logPubsub)
        publishesJSON = try settings.read(declared.logPubsubJSON)
        logLevel = try settings.read(declared.logLevel)
        logFormat = try settings.read(declared.logFormat)
        isOpen = try settings.read(declared.authDisabled)
        access = try AccessConfiguration.read(&settings, declared.access)
        certificate = try Self.certificate(&settings, declared)
        traceEndpoint = try settings.read(declared.traceEndpoint)
        corsOrigins = try settings.read(declared.corsOrigins)
        allowedHosts = try settings.read(declared.allowedHosts)
        connections = ConnectionLimits(
            header: .seconds(try settings.read(declared.headerTimeout)),
            body: .seconds(try settings.read(declared.bodyTimeout)),
            idle: .seconds(try settings.read(declared.idleTimeout)),
            total: try settings.read(declared.maximumConnections),
            perAddress: try settings.read(declared.maximumConnectionsPerAddress),
            proxies: TrustedProxies(try settings.read(declared.trustedProxies))
        )
        guard access == nil || !isOpen else {
            throw InvalidSetting(variable: "AUTH_DISABLED", reason: "keys for tokens are set too; unset one of them")
        }
        if !isProtected, !listensOnLoopback {
            settings.warn(
                "HOST is \(host), but without AUTH_JWT_SECRET_FILE, AUTH_JWKS_FILE or AUTH_DISABLED=1 clients on other machines get 403"
            )
        }
        guard let password else { return }
        guard redis.password == nil else {
            throw InvalidSetting(
                variable: "REDIS_PASSWORD_FILE",
                reason: "REDIS_URL has a password too; unset one of them"
            )
        }
        redis.password = password.value
    }

    private static func certificate(
        _ settings: inout Settings,
        _ declared: ServiceSettings
    ) throws(InvalidSetting) -> ServerCertificate? {
        let certificateFile = try settings.read(declared.certificateFile)
        let keyFile = try settings.read(declared.certificateKeyFile)
        switch (certificateFile, keyFile) {
        case (nil, nil): return nil
        case (nil, _?): throw InvalidSetting(variable: "TLS_CERT_FILE", reason: "must be set where TLS_KEY_FILE is")
        case (_?, nil): throw InvalidSetting(variable: "TLS_KEY_FILE", reason: "must be set where TLS_CERT_FILE is")
        case (let certificateFile?, let keyFile?):
            do throws(InvalidCertificate) {
                return try ServerCertificate(certificateFile: certificateFile, keyFile: keyFile)
            } catch {
                throw InvalidSetting(variable: error.variable, value: error.path, reason: error.reason)
            }
        }
    }

    /// `https` with TLS, else `http`.
    package var scheme: String { certificate == nil ? "http" : "https" }

    /// Whether other machines are served: clients have tokens, or the network keeps strangers out.
    package var isProtected: Bool { isOpen || access != nil }

    private var listensOnLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
