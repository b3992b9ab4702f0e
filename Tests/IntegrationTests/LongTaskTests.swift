//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// Long tasks through the Model Context Protocol, with its official client, at a gateway that forwards to agent-api.
///
/// `STEPCAST_LONG_TASK_SECONDS=120` has them take two minutes.
@Suite("A long task of a client of the Model Context Protocol")
struct LongTaskTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["STEPCAST_LONG_TASK_SECONDS"].flatMap { Int($0) } ?? 20

    /// One client starts a run and leaves, another one goes on from its cursor to the end. Then a run is cancelled by one
    /// client while another one follows it.
    private static let story = """
        import asyncio, json, sys, time
        from mcp.client.client import Client

        url, mode, task = sys.argv[1:4]

        async def call(client, name, **arguments):
            # The client's own time limit is not touched: no call may come near it.
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result
            return result.structured_content

        async def follow(client, name, page, seen):
            longest = 0
            while not page["is_over"]:
                began = time.monotonic()
                page = await call(client, "follow_run", request_id=name, after=page["next"])
                longest = max(longest, time.monotonic() - began)
                seen += [record["id"] for record in page["records"]]
            return page, longest

        async def main():
            began = time.monotonic()
            async with Client(url, mode=mode) as client:
                name = (await call(client, "run_task", task=task))["request_id"]
                page = await call(client, "follow_run", request_id=name)
            seen = [record["id"] for record in page["records"]]
            async with Client(url, mode=mode) as client:
                page, longest = await follow(client, name, page, seen)
            assert page["status"] == "completed", page
            assert len(seen) == len(set(seen)), seen
            took = time.monotonic() - began

            async with Client(url, mode=mode) as client, Client(url, mode=mode) as other:
                second = (await call(client, "run_task", task=task))["request_id"]
                page = await call(client, "follow_run", request_id=second)
                following = asyncio.create_task(follow(client, second, page, []))
                await asyncio.sleep(1)
                await call(other, "cancel_run", request_id=second)
                page, _ = await asyncio.wait_for(following, 20)
                assert page["status"] == "cancelled", page
            print(json.dumps({"run": name, "seen": len(seen), "took": took, "longest": longest}))

        asyncio.run(main())
        """

    private struct Told: Decodable {
        var run: String
        var seen: Int
        var took: Double
        var longest: Double
    }

    @Test(
        "Is followed without a time-out, gone on with by another client, and cancelled by another one",
        arguments: ["legacy", "2026-07-28"]
    )
    func long(_ mode: String) async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let settings = ["AGENT_API_URL": api.url("")]
                    try await withGateway(redisURL: redis.url, settings: settings) { gateway in
                        let waits = (0..<(Self.seconds / 10)).map { _ in "wait 10 seconds" }
                        let task = (["go to \(site.url("/links"))"] + waits).joined(separator: " and ")
                        let output = try await PythonEnvironment("clients").run(
                            Self.story,
                            [gateway.url("/mcp"), mode, task],
                            timeout: .seconds(Self.seconds + 90)
                        )
                        let line = output.split(separator: "\n").last ?? ""
                        let told = try JSONDecoder().decode(Told.self, from: Data(line.utf8))
                        #expect(told.took >= Double(waits.count * 10))
                        // A poll lasts 25 s at most, whatever the task does.
                        #expect(told.longest < 40)
                        let stored = try await redis.cli("XLEN", "browser_use_logs:\(told.run)")
                        #expect("\(told.seen)" == stored)
                        print("\(mode): \(Int(told.took)) s, longest poll \(Int(told.longest)) s, \(told.seen) records")
                    }
                }
            }
        }
    }
}
