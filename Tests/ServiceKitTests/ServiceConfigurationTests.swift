//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Logging
import ProgramSettings
import Redis
import TestSupport
import Testing

@testable import ServiceKit

@Suite("The settings of both services")
struct ServiceConfigurationTests {
    private func configuration(_ variables: [String: String]) throws -> (ServiceConfiguration, Settings) {
        var settings = Settings(variables)
        let configuration = try ServiceConfiguration(&settings, ServiceSettings(port: 8000, origins: "none"))
        return (configuration, settings)
    }

    @Test("With nothing set, the defaults are the documented ones")
    func defaults() throws {
        let (configuration, settings) = try self.configuration([:])
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 8000)
        #expect(configuration.redis.redactedURL == "redis://127.0.0.1:6379/0")
        #expect(configuration.streamPrefix == "browser_use_logs")
        #expect(configuration.publishes)
        #expect(configuration.publishesJSON)
        #expect(configuration.logLevel == .info)
        #expect(configuration.logFormat == .text)
        #expect(!configuration.isOpen)
        #expect(configuration.corsOrigins == nil)
        #expect(configuration.allowedHosts == .loopback)
        #expect(configuration.connections == ConnectionLimits())
        #expect(
            settings.effective.prefix(9).map { "\($0.variable)=\($0.value)" } == [
                "HOST=127.0.0.1", "PORT=8000", "REDIS_URL=redis://127.0.0.1:6379/0", "REDIS_PASSWORD_FILE=(none)",
                "REDIS_STREAM=browser_use_logs", "LOG_PUBSUB=1", "LOG_PUBSUB_JSON=1", "LOG_LEVEL=info",
                "LOG_FORMAT=text",
            ]
        )
    }

    @Test("Every setting is read from its variable")
    func allSet() throws {
        let (configuration, _) = try self.configuration([
            "HOST": "0.0.0.0", "PORT": "0", "REDIS_URL": "rediss://u:p@redis.example:7000/2", "REDIS_STREAM": "logs",
            "LOG_PUBSUB": "0", "LOG_PUBSUB_JSON": "off", "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json",
            "AUTH_DISABLED": "1", "CORS_ORIGINS": "https://dash.example.com", "ALLOWED_HOSTS": "*.example.com",
            "HEADER_TIMEOUT_SECONDS": "1", "BODY_TIMEOUT_SECONDS": "2.5", "IDLE_TIMEOUT_SECONDS": "3",
            "MAX_CONNECTIONS": "4", "MAX_CONNECTIONS_PER_ADDRESS": "5",
        ])
        #expect(configuration.corsOrigins?.description == "https://dash.example.com")
        #expect(configuration.allowedHosts.description == "*.example.com")
        let limits = ConnectionLimits(
            header: .seconds(1),
            body: .milliseconds(2500),
            idle: .seconds(3),
            total: 4,
            perAddress: 5
        )
        #expect(configuration.connections == limits)
        #expect(configuration.host == "0.0.0.0")
        #expect(configuration.port == 0)
        #expect(configuration.redis.redactedURL == "rediss://u:***@redis.example:7000/2")
        #expect(configuration.streamPrefix == "logs")
        #expect(!configuration.publishes)
        #expect(!configuration.publishesJSON)
        #expect(configuration.logLevel == .debug)
        #expect(configuration.logFormat == .json)
        #expect(configuration.isOpen)
    }

    @Test(
        "An origin, a host, a time or a number that is not allowed prevents the start, and the message says what is allowed",
        arguments: [
            ("CORS_ORIGINS", "dash.example.com", "https://*.example.com"),
            ("ALLOWED_HOSTS", "https://dash.example.com", "*.example.com"),
            ("HEADER_TIMEOUT_SECONDS", "0", "a number from 0.1 to 3600"),
            ("MAX_CONNECTIONS", "0", "a whole number from 1 to 1000000"),
        ]
    )
    func invalidDoors(variable: String, value: String, allowed: String) {
        let error = #expect(throws: InvalidSetting.self) { try configuration([variable: value]) }
        #expect(error?.variable == variable)
        #expect(error?.description.contains(allowed) == true)
    }

    @Test("The Redis password is the first line of a file")
    func passwordFile() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.file("password")
            try Data("\u{FEFF}s3 cret\r\nsecond line\r\n".utf8).write(to: URL(fileURLWithPath: path))
            let (configuration, settings) = try self.configuration([
                "REDIS_URL": "redis://redis.example:6379/0", "REDIS_PASSWORD_FILE": path,
            ])
            #expect(configuration.redis.password == "s3 cret")
            #expect(settings.effective.contains { $0.variable == "REDIS_PASSWORD_FILE" && $0.value == path })
            #expect(!settings.effective.contains { $0.value.contains("s3 cret") })
        }
    }

    @Test("WARN is WARNING")
    func warn() throws {
        #expect(try configuration(["LOG_LEVEL": "WARN"]).0.logLevel == .warning)
    }

    @Test(
        "A warning says that other clients get 403, unless there are none or all are allowed",
        arguments: [
            ("0.0.0.0", "0", true), ("0.0.0.0", "1", false), ("127.0.0.1", "0", false), ("::1", "0", false),
            ("localhost", "0", false), ("::", "0", true),
        ]
    )
    func restricted(host: String, disabled: String, isTold: Bool) throws {
        let (_, settings) = try configuration(["HOST": host, "AUTH_DISABLED": disabled])
        #expect(settings.warnings.contains { $0.contains("HOST is \(host)") && $0.contains("403") } == isTold)
        #expect(settings.warnings.count == (isTold ? 1 : 0))
    }

    @Test("A file without a password prevents the start, and so does a second password")
    func invalidPasswordFile() async throws {
        try await withTemporaryDirectory { directory in
            let (empty, full, missing) = (directory.file("empty"), directory.file("full"), directory.file("missing"))
            try Data("\n".utf8).write(to: URL(fileURLWithPath: empty))
            try Data("s3cret".utf8).write(to: URL(fileURLWithPath: full))
            for (variables, message) in [
                (
                    ["REDIS_PASSWORD_FILE": empty],
                    "REDIS_PASSWORD_FILE=\(empty): must be a file whose first line is not empty"
                ),
                (
                    ["REDIS_PASSWORD_FILE": missing],
                    "REDIS_PASSWORD_FILE=\(missing): must be a file that can be read "
                        + "(No such file or directory)"
                ),
                (
                    ["REDIS_PASSWORD_FILE": full, "REDIS_URL": "redis://:other@redis.example:6379/0"],
                    "REDIS_PASSWORD_FILE: REDIS_URL has a password too; unset one of them"
                ),
            ] {
                let error = #expect(throws: InvalidSetting.self) { _ = try configuration(variables) }
                #expect(error?.description == message)
            }
        }
    }

    @Test(
        "A value that is not allowed prevents the start with one line",
        arguments: [
            ("PORT", "abc", "PORT=abc: must be a whole number from 0 to 65535"),
            ("PORT", "70000", "PORT=70000: must be a whole number from 0 to 65535"),
            ("LOG_PUBSUB", "2", "LOG_PUBSUB=2: must be 1, true, yes or on, or 0, false, no or off"),
            ("LOG_FORMAT", "xml", "LOG_FORMAT=xml: must be text or json"),
            (
                "REDIS_STREAM", "my logs",
                "REDIS_STREAM=my logs: must be 1 to 128 characters of A-Z a-z 0-9 . _ : -"
            ),
            (
                "REDIS_URL", "http://127.0.0.1",
                "REDIS_URL: the scheme is 'http'; it must be redis://, rediss://, redis+sentinel://, "
                    + "rediss+sentinel:// or unix://"
            ),
            (
                "AUTH_JWT_SECRET", "s3cret",
                "AUTH_JWT_SECRET: must be a text of at least 32 bytes; it has 6 bytes; HS256 needs at least 32"
            ),
            (
                "AUTH_JWKS_FILE", "/k",
                "AUTH_JWKS_FILE=/k: must be a file with a JSON Web Key Set; it cannot be read (No such file or directory)"
            ),
        ]
    )
    func invalid(variable: String, value: String, message: String) {
        let error = #expect(throws: InvalidSetting.self) { try configuration([variable: value]) }
        #expect(error?.description == message)
    }

    @Test(
        "A message about a URL contains no part of the password",
        arguments: [
            "redis://user:hunter2@host:port", "redis://:hunter2@", "redis://:hunter2", "hunter2", "redis://:hun/ter2@h",
            "redis://:hunter2@h/db", "http://:hunter2@h", "redis://hunter2@h", "unix://:hunter2@",
            "redis://:%zzhunter2@h",
            "redis://:hunter2@h?x=1", "redis://:hun#ter2@h",
        ]
    )
    func passwords(url: String) {
        let error = #expect(throws: InvalidSetting.self) { try configuration(["REDIS_URL": url]) }
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.contains("ter2") == false)
        #expect(error?.value == nil)
    }

    @Test("The logged settings show no password")
    func masked() throws {
        let (_, settings) = try configuration(["REDIS_URL": "redis://user:hunter2@127.0.0.1:6379/0"])
        #expect(settings.effective.contains { $0 == ("REDIS_URL", "redis://user:***@127.0.0.1:6379/0") })
        #expect(!settings.effective.contains { $0.value.contains("hunter2") })
    }
}
