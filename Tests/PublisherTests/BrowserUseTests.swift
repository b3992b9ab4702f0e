//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import JSON
import ServiceTesting
import TestSupport
import Testing

/// The real browser-use in a real Chromium, with scripted model answers.
@Suite("browser-use with the Python handler")
struct BrowserUseTests {
    private static let program = """
        os.environ |= {"ANONYMIZED_TELEMETRY": "false", "BROWSER_USE_CLOUD_SYNC": "false",
            "BROWSER_USE_LOGGING_LEVEL": "debug", "SKIP_LLM_API_KEY_VERIFICATION": "true"}
        import asyncio, atexit, psutil

        # Where the browser's program is a script, browser-use ends the script alone. The rest is in this process's group.
        @atexit.register
        def end_browser():
            def group(pid):
                try: return os.getpgid(pid)
                except ProcessLookupError: return None
            processes = [p for p in psutil.process_iter() if p.pid != os.getpid() and group(p.pid) == os.getpgrp()]
            for process in processes:
                try: process.kill()
                except psutil.NoSuchProcess: pass
            psutil.wait_procs(processes)

        from browser_use import Agent, Browser, ChatOpenAI
        from stepcast_logging import StepcastHandler

        class Kept(logging.Handler):
            def emit(self, record): kept.append([record.levelname, record.getMessage()])

        async def main():
            llm = ChatOpenAI(model="test", base_url=os.environ["MODEL_URL"], api_key="none")
            # As root Chromium refuses to run in its sandbox. Extensions would be fetched from the internet.
            browser = Browser(headless=True, executable_path=os.environ["BROWSER"], chromium_sandbox=False,
                enable_default_extensions=False)
            agent = Agent(task="Write milk on the list", llm=llm, browser=browser, use_vision=False, use_judge=False,
                directly_open_url=False)
            try:
                return await agent.run(max_steps=6)
            finally:
                await browser.kill()

        kept = []
        with StepcastHandler("r1", agent_name="browser-use", patience=60) as handler:
            for name in ("browser_use", "bubus"):
                logging.getLogger(name).addHandler(handler)
                logging.getLogger(name).addHandler(Kept())
            history = asyncio.run(main())
            handler.end("completed" if history.is_successful() else "failed", history.final_result(),
                steps=len(history.history))
        with open(os.environ["KEPT"], "w") as file: json.dump(kept, file)
        assert not handler.lost, handler.lost
        """

    /// The model's answer in each step.
    private static func reply(to turn: ModelTurn, site: DemoSiteServer) throws -> ModelReply {
        switch turn.number {
        case 1: return .navigate(site.url("/todo"))
        case 2:
            // The page is not always in the last message.
            let lines = turn.messages.flatMap { $0.text.split(separator: "\n") }
            let field = lines.last { $0.contains("]<input") && !$0.contains("checkbox") } ?? ""
            let number = field.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
            guard let index = Int64(number) else { throw TestFailure("There is no field in: \(turn.text)") }
            return .decide(
                ["input": ["index": .integer(index), "text": "milk", "clear": true]],
                ["send_keys": ["keys": "Enter"]]
            )
        // There is no such element, and browser-use logs a warning.
        case 3: return .decide(["click": ["index": 98765]])
        default: return .done("milk is on the list")
        }
    }

    @Test("Shows a whole run live, each line once and in order, with its level, and the end")
    func wholeRun() async throws {
        try await withPublisher { python, gateway in
            try await withDemoSite { site in
                try await ScriptedModelServer.with({ try Self.reply(to: $0, site: site) }) { model in
                    try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                        let directory = python.redis.directory
                        let kept = directory.file("kept.json")
                        let output = try await Python(redis: python.redis, environment: "browser-use").run(
                            Self.program,
                            environment: [
                                "MODEL_URL": model.url, "BROWSER": try Chromium.path, "KEPT": kept,
                                "HOME": directory.file("home"), "REDIS_STREAM_MAXLEN": "100000",
                                "http_proxy": nil, "https_proxy": nil, "HTTP_PROXY": nil, "HTTPS_PROXY": nil,
                                "all_proxy": nil, "ALL_PROXY": nil,
                            ],
                            timeout: .seconds(300)
                        )
                        try await viewer.waits(for: "the end") { $0.isOver }
                        let lines = try JSONValue(parsing: try Data(contentsOf: URL(filePath: kept))).array ?? []
                        let expected = lines.map { "\($0.array?[0].string ?? "") \($0.array?[1].string ?? "")" }
                        let logs = viewer.events.compactMap { if case .log(let log, _) = $0 { log } else { nil } }
                        #expect(logs.map { "\($0.level.rawValue) \($0.message)" } == expected, "\(output)")
                        #expect(viewer.sequence == Array(1...max(1, expected.count)))
                        #expect(viewer.recordIDs.allSatisfy { $0 != nil })
                        for level in [LogLevel.debug, .info, .warning] {
                            #expect(logs.contains { $0.level == level }, "\(level)")
                        }
                        #expect(logs.contains { $0.message.contains("milk is on the list") })
                        let outcome = viewer.end?.outcome
                        #expect(outcome?.status == .completed)
                        #expect(outcome?.result == "milk is on the list")
                        #expect(outcome?.steps == 4)
                    }
                }
            }
        }
    }

    @Test("A run continues when uvicorn configures logging in its process")
    func uvicorn() async throws {
        try await withRedisServer { redis in
            let output = try await Python(redis: redis, environment: "browser-use").run(
                """
                import asyncio, uvicorn
                from stepcast_logging import StepcastHandler
                async def application(scope, receive, send):
                    log.warning("in a request")
                    await send({"type": "http.response.start", "status": 204, "headers": []})
                    await send({"type": "http.response.body", "body": b""})
                async def main():
                    server = uvicorn.Server(uvicorn.Config(application, port=0, lifespan="off"))
                    serving = asyncio.create_task(server.serve())
                    while not server.started: await asyncio.sleep(0.01)
                    port = server.servers[0].sockets[0].getsockname()[1]
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.write(b"GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
                    await reader.read()
                    writer.close()
                    server.should_exit = True
                    await serving
                log = logging.getLogger("agent")
                log.setLevel(logging.INFO)
                handler = StepcastHandler("r1", patience=60)
                log.addHandler(handler)
                log.info("before")
                asyncio.run(main())
                log.info("after")
                handler.end(result={"status": 204})
                handler.close()
                for _, fields in r.xrange(key): print("record", fields[b"level"].decode(), fields[b"msg"].decode())
                """
            )
            let records = output.split(separator: "\n").filter { $0.hasPrefix("record") }
            let expected = ["INFO before", "WARNING in a request", "INFO after", "INFO Run completed"]
            #expect(records == expected.map { "record \($0)" }, "\(output)")
        }
    }
}
