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

/// The Tasks extension of the Model Context Protocol, by the official client's own way to extend it.
@Suite("A task of a client of the Model Context Protocol")
struct MCPTaskTests {
    /// Declares the extension, follows a task to its end, and asks its user what the task asks.
    private static let client = """
        import asyncio, json, sys
        from typing import Any, Literal
        import mcp_types as types
        from mcp.client.client import Client
        from mcp.client.extension import ClientExtension, ResultClaim

        class TaskParams(types.RequestParams):
            task_id: str
            input_responses: dict[str, Any] | None = None

        class TaskRequest(types.Request[TaskParams, str]):
            name_param = "taskId"

        class Task(types.Result):
            result_type: str = "complete"
            task_id: str
            status: Literal["working", "input_required", "completed", "failed", "cancelled"]
            status_message: str | None = None
            created_at: str
            last_updated_at: str
            ttl_ms: int | None
            poll_interval_ms: int
            result: dict[str, Any] | None = None

        class Told(Task):
            input_requests: dict[str, Any] | None = None

        class Created(Task):
            result_type: Literal["task"] = "task"

        async def send(session, method, task, **more):
            request = TaskRequest(method=method, params=TaskParams(task_id=task, **more))
            kind = Told if method == "tasks/get" else types.Result
            return await session.send_request(request, kind)

        class Tasks(ClientExtension):
            identifier = "io.modelcontextprotocol/tasks"

            def __init__(self, script):
                self.script, self.seen = script, []

            def claims(self):
                return [ResultClaim(result_type="task", model=Created, resolve=self.resolve)]

            async def resolve(self, created, context):
                session, answered = context.session, set()
                print("created", created.status, flush=True)
                while True:
                    task = await send(session, "tasks/get", created.task_id)
                    if not self.seen or self.seen[-1] != task.status:
                        self.seen.append(task.status)
                    if task.status in ("completed", "failed", "cancelled"):
                        result = task.result or {"content": [], "isError": True}
                        return types.CallToolResult.model_validate(result)
                    for key, request in (task.input_requests or {}).items():
                        if key in answered:
                            continue
                        answered.add(key)
                        types.ElicitRequest.model_validate(request)
                        answer = self.script(request["params"])
                        stale = {"question-1999-01-01T00:00:00.000Z": {"action": "accept", "content": {"answer": "no"}}}
                        await send(session, "tasks/update", created.task_id, input_responses={**stale, key: answer})
                    if self.script(None) == "cancel" and task.status_message.endswith("step 2"):
                        await send(session, "tasks/cancel", created.task_id)
                    await asyncio.sleep(0.2)

        async def nobody(context, params):
            raise AssertionError("the extension asks")

        async def main():
            url, site = sys.argv[1:3]

            def answers(params):
                if params is None:
                    return None
                kind = list(params["requestedSchema"]["properties"])[0]
                return {"action": "accept", "content": {kind: "forty-two" if kind == "answer" else True}}

            tasks = Tasks(answers)
            async with Client(url, mode="2026-07-28", extensions=[tasks], elicitation_callback=nobody) as client:
                result = await client.call_tool("run_task", {
                    "task": f"go to {site} and ask me for a number\\nwait for my approval\\nread the title", "request_id": "r1"})
                assert not result.is_error, result
                assert result.structured_content["status"] == "completed", result
                assert tasks.seen[-1] == "completed" and "input_required" in tasks.seen, tasks.seen
                bad = await client.call_tool("run_task", {"task": ""})
                assert bad.is_error, bad
                try:
                    await send(client.session, "tasks/get", "nothing")
                    raise SystemExit("a task that is not there")
                except Exception as error:
                    assert "nothing" in str(error), error

            tasks = Tasks(lambda params: "cancel")
            async with Client(url, mode="2026-07-28", extensions=[tasks]) as client:
                await client.call_tool("run_task", {"task": f"go to {site} and wait 60 seconds", "request_id": "r2"})
                assert tasks.seen[-1] == "cancelled", tasks.seen

            # Who does not know tasks gets the run at once.
            async with Client(url, mode="2026-07-28") as client:
                result = await client.call_tool("run_task", {"task": f"go to {site}", "request_id": "r3"})
                assert result.structured_content["status"] == "queued", result
            print("done")

        asyncio.run(main())
        """

    @Test("Is followed to its end, asks the client's user, and is cancelled")
    func story() async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let output = try await PythonEnvironment("clients")
                        .run(Self.client, [api.url("/mcp"), site.url("/links")], timeout: .seconds(100))
                    #expect(output.hasSuffix("done\n"), "\(output)")
                    let messages = try await RunStream(redis, "r1").messages
                    #expect(messages.contains("🧑 Answered: forty-two"), "\(messages)")
                    #expect(messages.contains("🧑 Answered: approved"), "\(messages)")
                    #expect(try await api.finishedRun("r2").status == .cancelled)
                    _ = try await api.finishedRun("r3")
                }
            }
        }
    }

    private func call(
        _ api: RunningAgentAPI,
        _ method: String,
        _ params: String,
        abilities: String
    ) async throws -> JSONValue {
        let meta =
            #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":\#(abilities)}"#
        let body = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params),\#(meta)}}"#
        return try JSONValue(parsing: try await api.post(body, to: "/mcp").body)
    }

    @Test("Does not ask a client for a secret, or one that cannot ask; answers in the wrong form are refused")
    func questions() async throws {
        let tasks = #"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#
        let both = #"{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    for (name, what) in [("r1", "the code"), ("r2", "a number")] {
                        let task = "go to \(site.url("/links")) and ask me for \(what)"
                        #expect(try await api.post(#"{"task":"\#(task)","request_id":"\#(name)"}"#).status == 200)
                        try await eventually("the question") { try await api.run(name).status == .waiting }
                    }
                    let secret = try await call(api, "tasks/get", #""taskId":"r1""#, abilities: both)
                    #expect(secret["result"]?["status"]?.string == "working")
                    #expect(secret["result"]?["statusMessage"]?.string == "waits for a person: The code?")
                    #expect(secret["result"]?["inputRequests"] == nil)
                    let mute = try await call(api, "tasks/get", #""taskId":"r2""#, abilities: tasks)
                    #expect(mute["result"]?["status"]?.string == "working")
                    let asked = try await call(api, "tasks/get", #""taskId":"r2""#, abilities: both)
                    #expect(asked["result"]?["status"]?.string == "input_required")
                    let key = try #require(asked["result"]?["inputRequests"]?.object?.keys.first)
                    let number = #"{"action":"accept","content":{"answer":7}}"#
                    let wrong = #""taskId":"r2","inputResponses":{"\#(key)":\#(number)}"#
                    let refused = try await call(api, "tasks/update", wrong, abilities: both)
                    #expect(refused["error"]?["code"]?.integer == -32602)
                    let declined = #""taskId":"r2","inputResponses":{"\#(key)":{"action":"decline"}}"#
                    _ = try await call(api, "tasks/update", declined, abilities: both)
                    #expect(try await api.run("r2").status == .waiting)
                    let unable = try await call(api, "tasks/get", #""taskId":"r2""#, abilities: "{}")
                    #expect(unable["error"]?["code"]?.integer == -32021)
                    for name in ["r1", "r2"] {
                        _ = try await call(api, "tasks/cancel", #""taskId":"\#(name)""#, abilities: tasks)
                        #expect(try await api.finishedRun(name).status == .cancelled)
                    }
                }
            }
        }
    }
}
