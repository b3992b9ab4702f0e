//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

@Suite("A browser session")
struct SessionRouteTests {
    private func sessions(_ api: RunningAgentAPI) async throws -> [String] {
        let answer = try JSONValue(parsing: try await api.get("/api/sessions").body)
        return (answer["sessions"]?.array ?? []).compactMap { $0["session_id"]?.string }
    }

    @Test("Is made, listed and ended; its cookies are gone for the next run of its name")
    func story() async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let made = try await api.post(#"{"session_id":"s"}"#, to: "/api/sessions")
                    #expect(made.status == 200)
                    let session = try JSONValue(parsing: made.body)
                    #expect(session["view_url"]?.string == "/?session=s")
                    #expect(session["vnc_url"] == session["view_url"])
                    #expect(try await api.post(#"{"session_id":"s"}"#, to: "/api/sessions").text == made.text)
                    #expect(try await sessions(api) == ["s"])
                    let page = { (run: String) -> String in
                        let task = "go to \(site.url("/account")) and read the address"
                        return #"{"task":"\#(task)","request_id":"\#(run)","session_id":"s"}"#
                    }
                    let login = """
                        go to \(site.url("/login"))
                        type ada@example.com into Email
                        type "correct horse" into Password
                        press Enter
                        wait 1 second
                        read the address
                        """
                    let first: JSONValue = ["task": .string(login), "request_id": "r1", "session_id": "s"]
                    #expect(try await api.post(first.text).status == 200)
                    let signedIn = try await api.finishedRun("r1")
                    #expect(try await api.post(page("r2")).status == 200)
                    let kept = try await api.finishedRun("r2")
                    #expect(kept.result?.contains("/account") == true, "\(signedIn) \(kept)")
                    #expect(try await api.get("/api/sessions/s", method: "DELETE").status == 200)
                    #expect(try await sessions(api).isEmpty)
                    #expect(try await api.get("/api/sessions/s", method: "DELETE").status == 404)
                    #expect(try await api.post(page("r3")).status == 200)
                    let fresh = try await api.finishedRun("r3")
                    #expect(fresh.result?.contains("/login") == true, "\(fresh)")
                }
            }
        }
    }

    @Test("Stops its runs when it is ended")
    func runs() async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    for run in ["r1", "r2"] {
                        let task = "go to \(site.url("/links")) and wait 60 seconds"
                        let body = #"{"task":"\#(task)","request_id":"\#(run)","session_id":"s"}"#
                        #expect(try await api.post(body).status == 200)
                    }
                    try await eventually("a step") { try await api.run("r1").steps >= 2 }
                    #expect(try await api.get("/api/sessions/s", method: "DELETE").status == 202)
                    for run in ["r1", "r2"] { #expect(try await api.finishedRun(run).status == .cancelled) }
                    #expect(try await api.post(#"{"session_id":"a b"}"#, to: "/api/sessions").status == 422)
                    let unnamed = try await api.post("{}", to: "/api/sessions")
                    #expect(unnamed.status == 200)
                    #expect(try await sessions(api).count == 1)
                }
            }
        }
    }
}
