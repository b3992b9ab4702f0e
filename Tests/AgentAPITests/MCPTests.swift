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

/// The Model Context Protocol, with its official client over a real connection.
@Suite("A client of the Model Context Protocol")
struct MCPTests {
    /// Starts a run, follows it with one client, goes on with another one, and cancels it.
    private static let story = """
        import asyncio, json, sys
        from mcp.client.client import Client

        url, mode, task = sys.argv[1:4]

        async def call(client, name, **arguments):
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result
            assert json.loads(result.content[0].text) == result.structured_content
            return result.structured_content

        async def main():
            async with Client(url, mode=mode) as client:
                tools = await client.list_tools()
                names = [tool.name for tool in tools.tools]
                assert names == ["run_task", "get_run", "follow_run", "cancel_run", "list_runs"], names
                run = await call(client, "run_task", task=task)
                name = run["request_id"]
                page = await call(client, "follow_run", request_id=name, wait_seconds=20)
                assert page["records"] and not page["is_over"], page
                failed = await client.call_tool("get_run", {"request_id": "../etc"})
                assert failed.is_error and "request_id" in failed.content[0].text, failed
                try:
                    await client.call_tool("format_disk", {})
                    raise SystemExit("an unknown tool was called")
                except Exception as error:
                    assert "format_disk" in str(error), error
            seen = [record["id"] for record in page["records"]]
            async with Client(url, mode=mode) as client:
                while len(seen) < 8:
                    page = await call(client, "follow_run", request_id=name, after=page["next"])
                    seen += [record["id"] for record in page["records"]]
                listed = await call(client, "list_runs", status="running")
                assert [run["request_id"] for run in listed["runs"]] == [name], listed
                await call(client, "cancel_run", request_id=name)
                while not page["is_over"]:
                    page = await call(client, "follow_run", request_id=name, after=page["next"])
                    seen += [record["id"] for record in page["records"]]
                assert page["status"] == "cancelled", page
                assert (await call(client, "get_run", request_id=name))["status"] == "cancelled"
            assert len(seen) == len(set(seen)), seen
            print(len(seen))

        asyncio.run(main())
        """

    @Test(
        "Starts a run, follows it, goes on as another client, and cancels it, by each revision",
        arguments: ["legacy", "auto", "2026-07-28"]
    )
    func story(_ mode: String) async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let waits = (1...30).map { _ in "wait 1 second" }.joined(separator: " and ")
                    let task = "go to \(site.url("/links")) and \(waits)"
                    let output = try await PythonEnvironment("clients")
                        .run(Self.story, [api.url("/mcp"), mode, task], timeout: .seconds(100))
                    let seen = try #require(Int(output.split(separator: "\n").last ?? ""))
                    let runs = try RunPage(json: try await api.get("/api/agents").body).runs
                    let stream = try await RunStream(redis, try #require(runs.first).requestID.rawValue)
                    // No record was missed or repeated.
                    #expect(stream.entries.count == seen)
                }
            }
        }
    }

    @Test(
        "Is told what is wrong with its messages",
        arguments: [
            ("{", [:], 400, -32700), ("[]", [:], 400, -32600),
            (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, [:], 400, -32600),
            (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, [:], 400, -32600),
            (#"{"jsonrpc":"2.0","id":1,"method":"fly"}"#, [:], 200, -32601),
            (#"{"jsonrpc":"2.0","id":1,"method":"fly"}"#, ["MCP-Protocol-Version": "2026-07-28"], 404, -32601),
            (#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, ["MCP-Protocol-Version": "1999-01-01"], 400, -32022),
            (#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, ["Mcp-Method": "tools/call"], 400, -32020),
            (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}}"#, [:], 200, -32602),
        ] as [(String, [String: String], Int, Int64)]
    )
    func faults(_ body: String, _ fields: [String: String], _ status: Int, _ code: Int64) async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                var headers: HTTPClient.Headers = ["Content-Type": "application/json"]
                for (name, value) in fields { headers.append(name, value) }
                let response = try await api.client.request(
                    HTTPClient.Request(api.url("/mcp"), method: "POST", headers: headers, body: Array(body.utf8))
                )
                #expect(response.status == status, "\(response.text)")
                let answer = try JSONValue(parsing: response.body)
                #expect(answer["error"]?["code"]?.integer == Int(code), "\(response.text)")
            }
        }
    }

    @Test("Is refused where it is a page of another origin, and a notification is only taken")
    func doors() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let ping = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
                #expect(try await api.post(ping, to: "/mcp").status == 202)
                let foreign: HTTPClient.Headers = [
                    "Content-Type": "application/json", "Origin": "https://evil.example",
                ]
                let response = try await api.client.request(
                    HTTPClient.Request(api.url("/mcp"), method: "POST", headers: foreign, body: Array(ping.utf8))
                )
                #expect(response.status == 403)
                #expect(try await api.get("/mcp").status == 405)
            }
        }
    }
}
