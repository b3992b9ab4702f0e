//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import TestSupport
import Testing

/// Ways to say a secret, most of which end well and some of which are refused.
private struct SecretSentence: Sendable, CustomTestStringConvertible {
    let words: String
    let name: String
    let secret: String
    let type: String

    var testDescription: String { words }

    /// What a field is called, and what is typed into it.
    private static let fields: [(name: String, secret: String, type: String)] = [
        ("password", "q7-Tz4!kd", "password"), ("code", "482915", "text"), ("PIN", "90417", "tel"),
        ("token", "tok_9fA2x", "text"), ("secret", "Zanzibar99", "text"), ("passphrase", "purple-Lamp-7", "text"),
    ]

    static let all: [SecretSentence] = fields.flatMap { field in
        let (name, secret) = (field.name, field.secret)
        let ways = [
            "Type \"\(secret)\" into the \(name) field and click Send",
            "Enter \(secret) as the \(name), then click Send",
            "Set the \(name) to \(secret) and press Send",
            "Type \(secret) into \(name). Then click Dispatch",
            "Name Ada, \(name) \(secret), then send it",
            "In the \(name) field, type \(secret), then click Send",
            "Fill in \(name): \(secret). Click Send",
        ]
        return ways.map { SecretSentence(words: $0, name: name, secret: secret, type: field.type) }
    }
}

@Suite("Secrets in sentences", .sharedAgent)
struct SecretScanTests {
    @Test(
        "What a sentence calls a secret is in no record",
        arguments: SecretSentence.all
    )
    fileprivate func isHidden(_ sentence: SecretSentence) async throws {
        let html = """
            <!doctype html><title>Form</title><label>Name <input></label>
            <label>\(sentence.name) <input type=\(sentence.type)></label><button>Send</button>
            """
        try await PageServer.with { _ in
            html
        } body: { site in
            let (outcome, log) = try await AgentFixture.shared.run("go to \(site.origin)\n\(sentence.words)")
            let texts =
                log.lines.flatMap { [$0.message, String(describing: $0)] }
                + [outcome.result, outcome.error]
                .compactMap(\.self)
            #expect(log.lines.count > 2)
            for text in texts where text.contains(sentence.secret) { Issue.record("\(sentence.words): \(text)") }
        }
    }
}
