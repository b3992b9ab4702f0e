//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import TestSupport
import Testing

/// A small page as others write them, and a task on it.
struct Neighbour: Sendable, CustomTestStringConvertible {
    let task: String
    /// What the result says, or `nil` where the task has to be refused.
    let result: String?
    let html: String

    init(_ task: String, _ result: String?, _ html: String) {
        self.task = task
        self.result = result
        self.html = html
    }

    var testDescription: String { task }
}

@Suite("Pages that are made in other ways", .sharedAgent)
struct NeighbourTests {
    /// The page's text is in its only status.
    private static let frame = """
        <!doctype html><title>Page</title><p id=s role=status>nothing yet</p>
        <script>const say = text => { document.getElementById('s').textContent = text }</script>
        """

    @Test("A task is done as it is said", arguments: Neighbour.dialogs + Neighbour.typing + Neighbour.choosing)
    func isDone(_ neighbour: Neighbour) async throws { try await check(neighbour) }

    @Test("What is counted agrees with what is shown", arguments: Neighbour.counting)
    func counts(_ neighbour: Neighbour) async throws { try await check(neighbour) }

    @Test("Things are moved and set", arguments: Neighbour.moving + Neighbour.setting)
    func moves(_ neighbour: Neighbour) async throws { try await check(neighbour) }

    @Test("Numbers are counted up and down, and days chosen", arguments: Neighbour.counters + Neighbour.calendars)
    func counters(_ neighbour: Neighbour) async throws { try await check(neighbour) }

    @Test("What is plain to people is done", arguments: Neighbour.plain)
    func plain(_ neighbour: Neighbour) async throws { try await check(neighbour) }

    @Test("A word without a place in the step refuses it", arguments: Neighbour.misplaced)
    func misplaced(_ neighbour: Neighbour) async throws { try await check(neighbour) }

    private func check(_ neighbour: Neighbour) async throws {
        try await PageServer.with { _ in
            Self.frame + neighbour.html
        } body: { site in
            let (outcome, log) = try await AgentFixture.shared.run("go to \(site.origin)\n\(neighbour.task)")
            guard let result = neighbour.result else {
                #expect(!outcome.isSuccess, "\(outcome.result ?? "")")
                return
            }
            #expect(
                outcome.result?.contains(result) == true,
                "\(outcome.error ?? outcome.result ?? "")\n\(log.messages)"
            )
        }
    }

    @Test("A password that a page takes from its keys is typed key by key, and shown in no line")
    func passwordKeys() async throws {
        let html = """
            <label>User <input id=u></label><label>Password <input id=p type=password></label><button>Log in</button>
            <script>
            let keys = ''
            document.getElementById('p').addEventListener('keydown', e => { if (e.key.length === 1) keys += e.key })
            document.querySelector('button').onclick = () => {
              say(keys === 'k7-Tq' && document.getElementById('p').value === keys ? 'welcome' : 'refused')
            }
            </script>
            """
        for task in [
            "Enter ada as the user and k7-Tq as the password, click Log in and read the status",
            "Type \"k7-Tq\" into Password. Click Log in. Read the status.",
            "Log in as ada with the password k7-Tq, then read the status",
        ] {
            try await PageServer.with { _ in
                Self.frame + html
            } body: { site in
                let (outcome, log) = try await AgentFixture.shared.run("go to \(site.origin)\n\(task)")
                #expect(outcome.result == "welcome", "\(task): \(outcome.error ?? "")")
                #expect(!log.lines.contains { $0.message.contains("k7-Tq") }, "\(task)")
            }
        }
    }
}
