//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

/// A run that meets a login, which a person does for it while others watch.
@Suite("A run that is taken over")
struct TakenOverRunTests {
    /// Each field has a third of the window, and the button the last one.
    private static let login = """
        <!doctype html><title>Sign in</title>
        <style>.part { position: fixed; left: 0; width: 100%; height: 33% }</style>
        <form onsubmit="enter(); return false">
        <input class=part style="top: 0" id=name aria-label="Name">
        <input class=part style="top: 33%" id=word type=password aria-label="Password">
        <button class=part style="top: 66%">Sign in</button></form>
        <script>
        function enter() {
          if (document.getElementById('word').value !== 'kept to myself') return;
          document.cookie = 'user=' + document.getElementById('name').value;
          location = '/account';
        }
        </script>
        """

    private static let account = """
        <!doctype html><title>Account</title><h1></h1>
        <script>
        const user = /user=(\\w+)/.exec(document.cookie)?.[1];
        document.querySelector('h1').textContent = user ? 'Welcome ' + user : 'Please sign in';
        fetch('/seen');
        </script>
        """

    private static let pages: @Sendable (String) -> String? = { target in
        switch target {
        case "/": login
        case "/account": account
        default: nil
        }
    }

    @Test(
        """
        Asks at a login, is used by a person, is given back and completes; viewers of two gateways, one of which is killed, \
        have each record once and in order
        """
    )
    func story() async throws {
        try await PageServer.with(Self.pages) { site in
            let policy: ScriptedModelServer.Policy = { turn in
                switch turn.number {
                case 1: .decide(["navigate": ["url": .string(site.origin + "/")]])
                case 2: .decide(["ask_human": ["question": "Please sign in for me, then say so."]])
                // The page as it is after the person was there.
                default: .done(turn.text.contains("Welcome ada") ? "signed in as ada" : "not signed in")
                }
            }
            try await ScriptedModelServer.with(policy) { server in
                try await withRedisServer { redis in
                    let settings = ["OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "m"]
                    try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                        try await GatewayProcess.with(redisURL: redis.url) { doomed in
                            try await GatewayProcess.with(redisURL: redis.url) { other in
                                try await takeOver(redis, api, site, doomed, other)
                            }
                        }
                    }
                }
            }
        }
    }

    private func takeOver(
        _ redis: RedisServer,
        _ api: RunningAgentAPI,
        _ site: PageServer,
        _ doomed: GatewayProcess,
        _ other: GatewayProcess
    ) async throws {
        #expect(try await api.post(#"{"task":"Read the account","request_id":"r1"}"#).status == 200)
        async let one = watch(api.client, from: [doomed, other])
        async let two = watch(api.client, from: [doomed, other])
        async let three = watch(api.client, from: [other])
        try await eventually("the run to ask") { try await api.run("r1").status == .waiting }

        let taken = try await api.post("{}", to: "/api/agents/r1/control")
        let token = try #require(try JSONValue(parsing: taken.body)["control_token"]?.string, "\(taken.text)")
        func act(_ events: String) async throws {
            let body = #"{"control_token":"\#(token)","view":[90,90],"events":[\#(events)]}"#
            #expect(try await api.post(body, to: "/api/agents/r1/input").status == 204)
        }
        try await act(#"{"type":"click","x":45,"y":15},{"type":"text","text":"ada"}"#)
        try await eventually("the click in the log") {
            try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+").contains(#"Clicked "Name""#)
        }
        doomed.process.signal(9)
        _ = try await doomed.process.waitForExit()
        try await act(#"{"type":"key","key":"Tab"},{"type":"text","text":"kept to myself"}"#)
        try await act(#"{"type":"click","x":45,"y":75}"#)
        // The person sees it before giving the browser back.
        try await eventually("the page behind the login") { site.targets.contains("/seen") }
        let back = HTTPClient.Request(
            api.url("/api/agents/r1/control"),
            method: "DELETE",
            headers: ["Content-Type": "application/json"],
            body: Array(#"{"control_token":"\#(token)"}"#.utf8)
        )
        #expect(try await api.client.request(back).status == 204)
        #expect(try await api.post(#"{"text":"I am signed in"}"#, to: "/api/agents/r1/answer").status == 202)

        let run = try await api.finishedRun("r1")
        #expect(run.status == .completed)
        #expect(run.result == "signed in as ada", "\(run)")
        let stored = try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+")
        #expect(!stored.contains("kept to myself"))
        #expect(stored.contains("🧑 Answered: I am signed in"))
        #expect(stored.contains(#"🧑 Clicked "Sign in""#))
        let count = try #require(Int(try await redis.cli("XLEN", "browser_use_logs:r1")))
        for seen in try await [one, two, three] {
            // The end has a number too, and no seq in its event.
            #expect(seen.sequence == Array(1..<count), "\(seen.sequence)")
            #expect(seen.ids == seen.ids.sorted())
            #expect(Set(seen.ids).count == count)
            #expect(seen.gaps == 0)
        }
        #expect(try await two.connections == 2)
        #expect(try await three.connections == 1)
    }

    private struct Seen: Sendable {
        var sequence: [Int] = []
        var ids: [EntryID] = []
        var gaps = 0
        var connections = 0
    }

    /// A viewer that goes on at the next gateway when its connection breaks, until it has seen the end.
    private func watch(_ client: HTTPClient, from gateways: [GatewayProcess]) async throws -> Seen {
        var seen = Seen()
        var last: String?
        var isOver = false
        while !isOver {
            guard seen.connections < 10 else { throw TestFailure("the viewer has seen no end") }
            let gateway = RunningGateway(port: gateways[min(seen.connections, gateways.count - 1)].port, client: client)
            seen.connections += 1
            try await gateway.withViewer(of: "r1", lastEventID: last) { viewer in
                try await viewer.waits(for: "the end", timeout: .seconds(120)) { $0.isOver }
                for event in viewer.rawEvents {
                    switch StreamEvent(json: event.data.utf8) {
                    case .log(let record, _), .status(let record, _), .screenshot(let record, _):
                        if let seq = record.seq { seen.sequence.append(seq) }
                    case .end: isOver = true
                    case .gap: seen.gaps += 1
                    default: continue
                    }
                    if let id = event.id.flatMap(EntryID.init) { seen.ids.append(id) }
                }
                last = viewer.lastEventID
            }
        }
        return seen
    }
}
