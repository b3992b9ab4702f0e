//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import HTTPStream
import Loopback
import ServerSentEvents

/// The time from a request to the first line of its log at a connected viewer, with a warm browser.
struct RunStart {
    let stack: Stack
    let count: Int

    func measure() async throws -> [Durations] {
        let client = HTTPClient()
        do {
            var first = Durations("from POST to the first line at a viewer", target: 10)
            var whole = Durations("a whole run of one step: open a page that is there at once")
            // The first run starts the browser.
            for number in 0...self.count {
                let task = "go to \(stack.siteURL)/links"
                let (start, end) = try await Self.run("bench-\(number)", task: task, on: stack, client)
                guard number > 0 else { continue }
                first.add(start)
                whole.add(end)
            }
            await client.shutdown()
            return [first, whole]
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Nanoseconds from POST to the first line, and to the end.
    static func run(
        _ requestID: String,
        task: String,
        on stack: Stack,
        _ client: HTTPClient
    ) async throws -> (first: Int64, end: Int64) {
        let url = "\(stack.gatewayURL)/api/v1/stream-logs/request/\(requestID)"
        let viewer = try await client.stream(.init(url, idleTimeout: .seconds(60)))
        var parser = EventParser()
        var (started, first): (Int64, Int64) = (0, 0)
        for try await chunk in viewer.body {
            for event in parser.feed(chunk) {
                if event.data.hasPrefix(#"{"type":"connected""#) {
                    // The subscription is made in the background, and a new viewer cannot wait for it.
                    try await Task.sleep(for: .milliseconds(20))
                    started = Clock.now
                    try await Self.post(requestID, task: task, on: stack, client)
                } else if event.data.hasPrefix(#"{"type":"log""#), first == 0 {
                    first = Clock.now - started
                } else if event.data.hasPrefix(#"{"type":"end""#) {
                    guard event.data.contains(#""status":"completed""#) else {
                        throw LoadError("the run \(requestID) did not complete: \(event.data)")
                    }
                    return (first, Clock.now - started)
                }
            }
        }
        throw LoadError("the stream of \(requestID) has ended before the run")
    }

    private static func post(_ requestID: String, task: String, on stack: Stack, _ client: HTTPClient) async throws {
        let body = #"{"task":"\#(task)","request_id":"\#(requestID)"}"#
        let headers: HTTPClient.Headers = ["Content-Type": "application/json"]
        let request = HTTPClient.Request(
            "\(stack.apiURL)/api/agents",
            method: "POST",
            headers: headers,
            body: Array(body.utf8)
        )
        let answer = try await client.request(request)
        guard answer.status == 200 else {
            throw LoadError("POST /api/agents answered \(answer.status): \(answer.text)")
        }
    }
}
