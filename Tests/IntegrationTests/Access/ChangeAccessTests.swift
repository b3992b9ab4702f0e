//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("Access to the changes of all runs")
struct ChangeAccessTests {
    @Test("A viewer is told of the runs that its token may view, until the token expires")
    func grants() async throws {
        try await withProtectedServices { redis, _, gateway, tokens in
            let url = gateway.url("/api/v1/stream-runs")
            #expect(try await gateway.client.ask(url, nil).status == 401)
            let key = "{browser_use_logs}:changes"
            for (run, batch) in [("nightly-1", "b1"), ("secret-1", "b2"), ("nightly-2", "b2")] {
                try await redis.cli("XADD", key, "*", "request_id", run, "status", "queued", "batch_id", batch)
            }
            let cases: [(Grant, [String])] = [
                (Grant([.view], requestID: NamePattern("nightly-*")), ["nightly-1", "nightly-2"]),
                (Grant([.view], batchID: NamePattern("b2")), ["secret-1", "nightly-2"]),
                (Grant([.view]), ["nightly-1", "secret-1", "nightly-2"]), (Grant([.run, .control]), []),
            ]
            for (grant, expected) in cases {
                // The answer is whole when the token has expired.
                let answer = try await gateway.client.ask(url, try await tokens.token(grant, seconds: 4))
                #expect(answer.status == 200)
                let events = answer.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }
                    .compactMap { ChangeEvent(json: $0.dropFirst(6).utf8) }
                let runs = events.compactMap { if case .run(let run, _) = $0 { run.requestID.rawValue } else { nil } }
                #expect(runs == expected)
                guard case .error(_, "token_expired", _)? = events.last else {
                    throw TestFailure("the last event is \(String(describing: events.last))")
                }
            }
        }
    }
}
