//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentAPI
import AgentLogs
import Browser
import Egress
import HTTPStream
import Hosts
import ProgramSettings
import ServiceKit
import ServiceTesting
import TestSupport
import Testing

/// The connections of runs, through the whole service.
@Suite("Where runs may connect to")
struct RestrictedRunTests {
    /// The text of a run's log.
    private func log(_ redis: RedisServer, _ run: String) async throws -> String {
        try await redis.cli("XRANGE", "browser_use_logs:\(run)", "-", "+")
    }

    @Test("A run stays within its domains, and its log reports what was refused")
    func allowedDomains() async throws {
        let page = "<!doctype html><title>Mine</title><p>here<img src=http://other.test:PORT/pixel>"
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            let port = request.headers["host"]?.split(separator: ":").last ?? ""
            try await connection.respond(
                "200 OK",
                headers: ["Content-Type": "text/html"],
                body: page.replacing("PORT", with: port)
            )
        } body: { site in
            try await withRedisServer { redis in
                let settings = ["BROWSER_ARGS": #""--host-resolver-rules=MAP *.test 127.0.0.1""#]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    func start(_ id: String, _ host: String) async throws -> Run {
                        let body = """
                            {"task":"go to http://\(host).test:\(site.port)/","request_id":"\(id)","session_id":"s",\
                            "allowed_domains":["mine.test"]}
                            """
                        let answer = try await api.post(body)
                        #expect(answer.status == 200, "\(answer.text)")
                        return try await api.finishedRun(id)
                    }
                    let mine = try await start("r1", "mine")
                    #expect(mine.status == .completed)
                    let other = try await start("r2", "other")
                    #expect(other.status == .failed)
                    #expect(other.error?.contains("other.test:\(site.port) is blocked (not an allowed domain)") == true)
                    let line = "🚫 Blocked: other.test:\(site.port) (not an allowed domain)"
                    for run in ["r1", "r2"] {
                        try await eventually("the log of \(run)") { try await self.log(redis, run).contains("\nend\n") }
                        let log = try await self.log(redis, run)
                        let count = log.ranges(of: line).count
                        #expect(count == 1, "\(log)")
                    }
                }
            }
            #expect(site.requests.allSatisfy { $0.headers["host"]?.hasPrefix("mine.test") == true })
            #expect(!site.requests.isEmpty)
        }
    }

    @Test("Private addresses are blocked if configured, except for allowed networks")
    func privateNetworks() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                let blocked = ["BLOCK_PRIVATE_NETWORKS": "1"]
                try await withAgentAPI(redisURL: redis.url, settings: blocked) { api in
                    let task = "go to \(site.url("/links"))"
                    #expect(try await api.post(#"{"task":"\#(task)","request_id":"r1"}"#).status == 200)
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .failed)
                    #expect(run.error?.contains("is blocked (private address)") == true)
                    try await eventually("the log") {
                        try await self.log(redis, "r1").contains("🚫 Blocked: 127.0.0.1:\(site.port) (private address)")
                    }
                }
                let allowed = blocked.merging(["ALLOWED_NETWORKS": "10.0.0.0/8, 127.0.0.1"]) { $1 }
                try await withAgentAPI(redisURL: redis.url, settings: allowed) { api in
                    let task = "go to \(site.url("/links"))"
                    let answer = try await api.post(#"{"task":"\#(task)","request_id":"r2"}"#)
                    let run = try await api.finishedRun("r2")
                    #expect(answer.status == 200 && run.status == .completed)
                }
            }
        }
    }

    @Test("Domains are rejected by a service whose browser connects by itself, also in a batch")
    func cannotBeKept() async throws {
        try await withRedisServer { redis in
            let settings = ["BROWSER_CDP_URL": "ws://127.0.0.1:9/"]
            try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                let task = #"{"task":"t","request_id":"r","allowed_domains":["example.com"]}"#
                let answer = try await api.post(task)
                #expect(answer.status == 422)
                #expect(answer.text.contains("allowed_domains") && answer.text.contains("BROWSER_CDP_URL"))
                let batch = try await api.post(#"{"batch_id":"b","tasks":[\#(task)]}"#, to: "/api/agents/batch")
                #expect(batch.status == 422)
                #expect(batch.text.contains("tasks[0].allowed_domains"))
            }
        }
    }

    @Test("The settings are read, and private addresses blocked unless only this machine can request runs")
    func settings() throws {
        func policy(_ variables: [String: String]) throws -> (domains: Int, blocks: Bool, networks: [String]) {
            var settings = Settings(variables)
            let egress = try AgentAPIConfiguration(&settings).browser.egress
            #expect(egress.showsWebOnly)
            return (
                egress.domainLists.first?.count ?? 0, egress.blocksPrivateNetworks,
                egress.allowedNetworks.map(\.description)
            )
        }
        let standard = try policy([:])
        #expect(standard == (0, false, []))
        #expect(try policy(["HOST": "::1"]).blocks == false)
        #expect(try policy(["HOST": "localhost"]).blocks == false)
        #expect(try policy(["HOST": "0.0.0.0"]).blocks)
        #expect(try policy(["HOST": "agents.example"]).blocks)
        #expect(try policy(["HOST": "0.0.0.0", "BLOCK_PRIVATE_NETWORKS": "0"]).blocks == false)
        let all = try policy(["ALLOWED_DOMAINS": "a.test, *.b.test,", "ALLOWED_NETWORKS": "10.1.2.0/24,fd00::/8"])
        #expect(all == (2, false, ["10.1.2.0/24", "fd00::/8"]))
    }

    @Test(
        "Restrictions that are invalid or cannot be enforced prevent the start",
        arguments: [
            (["ALLOWED_DOMAINS": "a.test,*"], "ALLOWED_DOMAINS", "allows every host"),
            (["ALLOWED_NETWORKS": "10.0.0.1/8"], "ALLOWED_NETWORKS", "bits set after its prefix"),
            (["ALLOWED_DOMAINS": "a.test", "BROWSER_CDP_URL": "ws://h:1/"], "ALLOWED_DOMAINS", "BROWSER_CDP_URL"),
            (["ALLOWED_DOMAINS": "a.test", "BROWSER_ARGS": "--proxy-server=p"], "ALLOWED_DOMAINS", "--proxy-server"),
            (["HOST": "0.0.0.0", "BROWSER_CDP_URL": "ws://h:1/"], "BLOCK_PRIVATE_NETWORKS", "set it to 0"),
            (
                ["BLOCK_PRIVATE_NETWORKS": "1", "BROWSER_ARGS": "--no-proxy-server"], "BLOCK_PRIVATE_NETWORKS",
                "--no-proxy"
            ),
        ] as [([String: String], String, String)]
    )
    func refusals(variables: [String: String], variable: String, words: String) {
        let error = #expect(throws: InvalidSetting.self) {
            var settings = Settings(variables)
            _ = try AgentAPIConfiguration(&settings)
        }
        #expect(error?.variable == variable)
        #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }

    @Test("A request with domains reads back as the same bytes")
    func requestRoundTrip() throws {
        let request = RunRequest(
            task: "t",
            requestID: try Identifier("r"),
            allowedDomains: try ["example.com", "https://*.b.test:8443"].map { try DomainPattern($0) }
        )
        #expect(try RunRequest(json: request.json).json == request.json)
        #expect(try RunRequest(json: request.json) == request)
    }
}
