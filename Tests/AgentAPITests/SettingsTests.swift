//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentAPI
import Browser
import ProgramSettings
import ServiceKit
import Testing

@Suite("agent-api's settings")
struct SettingsTests {
    @Test(
        "One that is not allowed prevents the start with a line that names it, its value and what is allowed",
        arguments: [
            ("PORT", "abc", "PORT=abc: must be a whole number from 0 to 65535"),
            ("AGENT_CONCURRENCY", "0", "AGENT_CONCURRENCY=0: must be a whole number from 1 to 256"),
            ("LOG_PUBSUB", "maybe", "LOG_PUBSUB=maybe: must be 1, true, yes or on, or 0, false, no or off"),
            ("LOG_FORMAT", "xml", "LOG_FORMAT=xml: must be text or json"),
        ]
    )
    func refusal(_ variable: String, _ value: String, _ line: String) throws {
        let error = #expect(throws: InvalidSetting.self) {
            var settings = Settings([variable: value])
            _ = try AgentAPIConfiguration(&settings)
        }
        #expect(error.map { "\($0)" } == line)
    }

    @Test("Unsupported protection prevents the start", arguments: ["AUTH_JWT_SECRET", "AUTH_JWKS_FILE"])
    func authentication(_ variable: String) {
        #expect(throws: InvalidSetting.self) {
            var settings = Settings([variable: "secret-value"])
            _ = try AgentAPIConfiguration(&settings)
        }
    }

    @Test("The address of a remote browser is accepted, and an invalid one is rejected without being shown")
    func remoteBrowser() throws {
        var settings = Settings(["BROWSER_CDP_URL": "wss://browsers.example/?token=secret"])
        let configuration = try AgentAPIConfiguration(&settings)
        #expect(configuration.browser.cdpURL == "wss://browsers.example/?token=secret")
        #expect(!settings.effective.contains { $0.value.contains("secret") })
        let error = #expect(throws: InvalidSetting.self) {
            var settings = Settings(["BROWSER_CDP_URL": "browsers.example/?token=secret"])
            _ = try AgentAPIConfiguration(&settings)
        }
        #expect(error.map { "\($0)".contains("secret") } == false)
        #expect(error.map { "\($0)".contains("ws://host:port") } == true)
    }

    @Test("The browser's arguments are split as a shell would")
    func browserArguments() throws {
        var settings = Settings(["BROWSER_ARGS": #"--lang=de "--host-resolver-rules=MAP google.com 127.0.0.1:8080""#])
        let configuration = try AgentAPIConfiguration(&settings)
        let expected = ["--lang=de", "--host-resolver-rules=MAP google.com 127.0.0.1:8080"]
        #expect(configuration.browser.extraArguments == expected)
    }
}
