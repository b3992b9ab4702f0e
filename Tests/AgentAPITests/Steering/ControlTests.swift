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

/// People who use the browser of a run, which is a real one.
@Suite("The control of a run's browser")
struct ControlTests {
    /// A field above a button, each half of the window.
    private static let page = """
        <!doctype html><title>Waiting</title>
        <input id=a aria-label="Name" style="position:fixed;left:0;top:0;width:100%;height:50%">
        <button style="position:fixed;left:0;top:50%;width:100%;height:50%"
          onclick="document.title = 'Hello ' + a.value">Go on</button>
        """

    private static let pages: @Sendable (String) -> String? = { $0 == "/" ? page : nil }

    private func withRun(_ body: (RedisServer, RunningAgentAPI) async throws -> Void) async throws {
        try await withRedisServer { redis in
            try await PageServer.with(Self.pages) { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let task = "go to \(site.origin)/\nwait for my approval\nread the title"
                    let posted: JSONValue = ["task": .string(task), "request_id": "r1"]
                    #expect(try await api.post(posted.text).status == 200)
                    try await eventually("the run to wait") { try await api.run("r1").status == .waiting }
                    try await body(redis, api)
                }
            }
        }
    }

    private func control(_ api: RunningAgentAPI, _ body: String = "{}") async throws -> HTTPClient.Response {
        try await api.post(body, to: "/api/agents/r1/control")
    }

    private func token(_ response: HTTPClient.Response) throws -> String {
        try #require(try JSONValue(parsing: response.body)["control_token"]?.string)
    }

    private func input(_ token: String, _ events: String, _ api: RunningAgentAPI) async throws -> HTTPClient.Response {
        let body = #"{"control_token":"\#(token)","view":[100,100],"events":[\#(events)]}"#
        return try await api.post(body, to: "/api/agents/r1/input")
    }

    private func giveBack(_ token: String, _ api: RunningAgentAPI) async throws -> HTTPClient.Response {
        try await api.client.request(
            HTTPClient.Request(
                api.url("/api/agents/r1/control"),
                method: "DELETE",
                headers: ["Content-Type": "application/json"],
                body: Array(#"{"control_token":"\#(token)"}"#.utf8)
            )
        )
    }

    @Test("Lets a person do what the run goes on from; the log says what was done, and no text that was typed")
    func story() async throws {
        try await withRun { redis, api in
            let taken = try await control(api)
            #expect(taken.status == 200, "\(taken.text)")
            let token = try self.token(taken)
            // The same person may come back, nobody else.
            #expect(try self.token(try await control(api, #"{"control_token":"\#(token)"}"#)) == token)
            let other = try await control(api)
            #expect(other.status == 409)
            #expect(other.headers["Retry-After"] != nil)
            let moves = (0..<50).map { #"{"type":"move","x":\#($0),"y":10}"# }.joined(separator: ",")
            #expect(try await input(token, moves, api).status == 204)
            #expect(try await input(token, #"{"type":"click","x":50,"y":25}"#, api).status == 204)
            #expect(
                try await input(token, #"{"type":"text","text":"ada"},{"type":"key","key":"!"}"#, api).status == 204
            )
            #expect(try await input(token, #"{"type":"click","x":50,"y":75}"#, api).status == 204)
            try await eventually("the click in the log") {
                try await RunStream(redis, "r1").messages.contains("🧑 Clicked \"Go on\"")
            }
            #expect(try await giveBack(token, api).status == 204)
            #expect(try await api.post(#"{"approved":true}"#, to: "/api/agents/r1/answer").status == 202)
            let run = try await api.finishedRun("r1")
            #expect(run.result == "Hello ada!", "\(run)")
            let messages = try await RunStream(redis, "r1").messages
            #expect(messages.contains("🧑 Clicked \"Name\""), "\(messages)")
            #expect(messages.contains("🧑 Typed 4 characters"), "\(messages)")
            #expect(messages.allSatisfy { !$0.hasPrefix("🧑") || !$0.contains("ada") })
            #expect(try await control(api).status == 409)
            #expect(try await input(token, "", api).status == 409)
        }
    }

    @Test("Holds the run, and ends by itself when it is not used")
    func lease() async throws {
        try await withRun { redis, api in
            let token = try self.token(try await control(api))
            #expect(try await api.post(#"{"approved":true}"#, to: "/api/agents/r1/answer").status == 202)
            try await eventually("the run to be held") {
                try await RunStream(redis, "r1").entries.contains { $0["data"]?.contains("has control") == true }
            }
            #expect(try await api.run("r1").status == .paused)
            // As if 30 seconds had passed.
            _ = try await redis.cli("PEXPIRE", "{browser_use_logs:r1}:control", "1")
            #expect(try await api.finishedRun("r1").status == .completed)
            #expect(try await giveBack(token, api).status == 409)
        }
    }

    @Test("Refuses what is outside of the picture, unknown, too much, or of another token")
    func invalid() async throws {
        try await withRun { redis, api in
            #expect(try await input("ctl_1", "", api).status == 409)
            let token = try self.token(try await control(api))
            let cases = [
                #"{"type":"click","x":101,"y":1}"#, #"{"type":"click","x":-1,"y":1}"#, #"{"type":"click","x":1}"#,
                #"{"type":"fly"}"#, #"{"type":"key","key":"Nonsense"}"#, #"{"type":"text","text":""}"#, "7",
                #"{"type":"wheel","x":1,"y":1,"delta_y":1e9}"#, #"{"type":"key","key":"a","modifiers":["hyper"]}"#,
                #"{"type":"click","x":1,"y":1,"button":"fourth"}"#, #"{"type":"click","x":1,"y":1,"count":9}"#,
            ]
            for event in cases {
                let response = try await input(token, event, api)
                #expect(response.status == 422, "\(event)")
                #expect(response.text.contains("events[0]"), "\(event)")
            }
            let many = Array(repeating: #"{"type":"key","key":"a"}"#, count: 101).joined(separator: ",")
            #expect(try await input(token, many, api).status == 422)
            #expect(try await input("ctl_1", "", api).status == 409)
            #expect(try await giveBack("ctl_1", api).status == 409)
            #expect(try await api.get("/api/agents/r1", method: "DELETE").status == 202)
            #expect(try await api.finishedRun("r1").status == .cancelled)
        }
    }
}
