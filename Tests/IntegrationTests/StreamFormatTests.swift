//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

/// The formats of other protocols, read by their own libraries.
@Suite("A stream in the terms of another protocol")
struct StreamFormatTests {
    /// Reads a stream whose connection is cut after each few events, and validates all of it.
    private static let reader = """
        import http.client, json, sys
        from urllib.parse import urlsplit
        from pydantic import TypeAdapter
        from ag_ui.core import Event

        adapter = TypeAdapter(Event)
        url = urlsplit(sys.argv[1])
        last, events = None, []
        while True:
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
            connection.request("GET", url.path + "?format=ag-ui", headers={"Last-Event-ID": last} if last else {})
            response = connection.getresponse()
            if response.status == 204:
                break
            assert response.status == 200, response.status
            seen, identifier = 0, None
            for line in response:
                line = line.decode().rstrip("\\n")
                if line.startswith("id: "):
                    identifier = line[4:]
                elif line.startswith("data: "):
                    events.append(json.loads(line[6:]))
                    adapter.validate_python(events[-1])
                elif not line and identifier:
                    last, identifier, seen = identifier, None, seen + 1
                    # Only between records.
                    if seen == 3 and len(events) < 30:
                        break
            connection.close()
            if events[-1]["type"] in ("RUN_FINISHED", "RUN_ERROR"):
                break
        print(json.dumps(events))
        """

    @Test("Is valid AG-UI, and is resumed by id without loss or repetition")
    func agUI() async throws {
        try await withDemoSite { site in
            try await withServices { redis, api, gateway in
                let posted: JSONValue = [
                    "task": .string("go to \(site.url("/links")) and scroll down and scroll up and wait 1 second"),
                    "request_id": "r1",
                ]
                #expect(try await api.post(posted.text).status == 200)
                let url = gateway.url("/api/v1/stream-logs/request/r1")
                let output = try await PythonEnvironment("clients").run(Self.reader, [url])
                let events = try #require(try JSONValue(parsing: output.utf8).array)
                let types = events.compactMap { $0["type"]?.string }
                #expect(types.first == "RUN_STARTED")
                #expect(types.count { $0 == "RUN_STARTED" } == 1)
                #expect(types.last == "RUN_FINISHED")
                let deltas = events.compactMap { $0["delta"]?.string }
                let records = try await redis.cli("XLEN", "browser_use_logs:r1")
                // All but the end are messages, each once.
                #expect("\(deltas.count + 1)" == records, "\(deltas)")
                let steps = events.compactMap { $0["stepName"]?.string }
                #expect(steps == (1...4).flatMap { ["Step \($0)", "Step \($0)"] }, "\(types)")
            }
        }
    }

    @Test("Is the AI SDK's UI message stream")
    func aiSDK() async throws {
        try await withServices { redis, api, gateway in
            #expect(try await api.post(#"{"task":"dance","request_id":"r1"}"#).status == 200)
            _ = try await api.finishedRun("r1")
            let path = "/api/v1/stream-logs/request/r1?format=ai-sdk"
            let response = try await gateway.client.request(.init(gateway.url(path)))
            #expect(response.headers["x-vercel-ai-ui-message-stream"] == "v1")
            let data = response.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { $0.dropFirst(6) }
            #expect(data.last == "[DONE]")
            let types = try data.dropLast().map { try JSONValue(parsing: $0.utf8)["type"]?.string ?? "" }
            #expect(types.first == "start")
            #expect(types.suffix(3) == ["error", "data-end", "finish"])
            #expect(types.count { $0 == "text-start" } == types.count { $0 == "text-end" })
            let unknown = try await gateway.client.request(
                .init(gateway.url("/api/v1/stream-logs/request/r1?format=morse"))
            )
            #expect(unknown.status == 422)
            #expect(unknown.text.contains("ag-ui"))
        }
    }
}
