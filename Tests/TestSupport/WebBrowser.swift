//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// A browser as people use it, showing one page. The page has to report what it sees by a request to the test's server,
/// so nothing stands between it and the rules of the web.
package final class WebBrowser: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Chromium or Chrome.
        case chromium

        case firefox
    }

    private let process: ChildProcess
    private let directory: TemporaryDirectory

    private init(_ kind: Kind, url: String, hosts: [String: String], marionettePort: Int?) throws {
        directory = try TemporaryDirectory(prefix: "stepcast-\(kind.rawValue)")
        let profile = directory.file("profile")
        try FileManager.default.createDirectory(atPath: profile, withIntermediateDirectories: true)
        let (program, arguments) =
            switch kind {
            case .chromium: (try Chromium.path, Self.chromiumArguments(profile: profile, hosts: hosts))
            case .firefox:
                (
                    try Self.firefoxPath,
                    try Self.firefoxArguments(profile: profile, hosts: hosts, marionettePort: marionettePort)
                )
            }
        process = try ChildProcess(
            program,
            arguments + [url],
            environment: [
                "HOME": directory.path, "TMPDIR": directory.path, "MOZ_CRASHREPORTER_DISABLE": "1",
            ],
            outputPath: directory.file("output")
        )
    }

    /// Shows a page while the body runs.
    ///
    /// - Parameters:
    ///   - url: The page, which may be a `file:` URL.
    ///   - hosts: Names mapped to other addresses, Chromium only: `["evil.example": "127.0.0.1"]`.
    ///   - marionettePort: The port for Marionette, Firefox only.
    /// - Throws: What the body throws; a ``TestFailure`` that names the Debian package if the browser is missing.
    package static func show<Result>(
        _ url: String,
        in kind: Kind = .chromium,
        hosts: [String: String] = [:],
        marionettePort: Int? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let browser = try WebBrowser(kind, url: url, hosts: hosts, marionettePort: marionettePort)
        do {
            let result = try await body()
            try await browser.end()
            return result
        } catch let failure as TestFailure {
            let output = browser.process.output.suffix(2000)
            try? await browser.end()
            throw TestFailure("\(failure). \(kind.rawValue) has said:\n\(output)")
        } catch {
            try? await browser.end()
            throw error
        }
    }

    private func end() async throws {
        try await process.killGroup()
        directory.remove()
    }

    private static func chromiumArguments(profile: String, hosts: [String: String]) -> [String] {
        let rules = hosts.map { "MAP \($0) \($1)" }.sorted().joined(separator: ", ")
        return [
            // The headless shell only stays open if it has a debugging port.
            "--headless", "--remote-debugging-port=0", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--no-proxy-server", "--user-data-dir=\(profile)",
        ] + (rules.isEmpty ? [] : ["--host-resolver-rules=\(rules)"])
    }

    private static func firefoxArguments(
        profile: String,
        hosts: [String: String],
        marionettePort: Int?
    ) throws -> [String] {
        guard hosts.isEmpty else { throw TestFailure("Names of hosts cannot be mapped in Firefox") }
        var preferences = [
            "browser.shell.checkDefaultBrowser": "false", "browser.aboutwelcome.enabled": "false",
            "datareporting.policy.dataSubmissionEnabled": "false",
            "toolkit.telemetry.reportingpolicy.firstRun": "false",
            "app.update.enabled": "false", "network.proxy.type": "0",
            "browser.startup.homepage_override.mstone": "\"ignore\"",
            "network.captive-portal-service.enabled": "false", "network.connectivity-service.enabled": "false",
        ]
        if let marionettePort { preferences["marionette.port"] = "\(marionettePort)" }
        let lines = preferences.sorted { $0.key < $1.key }.map { "user_pref(\"\($0.key)\", \($0.value));\n" }
        try lines.joined().write(toFile: "\(profile)/user.js", atomically: true, encoding: .utf8)
        return ["--headless", "--no-remote", "--profile", profile] + (marionettePort == nil ? [] : ["--marionette"])
    }

    private static var firefoxPath: String {
        get throws {
            guard let path = Executable.find(["firefox-esr", "firefox"]) else {
                throw TestFailure("No Firefox found: install the Debian package firefox-esr")
            }
            return path
        }
    }
}
