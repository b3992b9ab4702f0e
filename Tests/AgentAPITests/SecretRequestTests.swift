//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import Redis
import ServiceTesting
import TestSupport
import Testing

@testable import AgentAPI

/// Protocol, section 4: `sensitive_data` from the request until a process has started the run.
@Suite("sensitive_data")
struct SecretRequestTests {
    /// Data that is rejected, and what the response says about it.
    struct Refused: Sendable, CustomTestStringConvertible {
        var data: String
        var fields: [String] = ["sensitive_data"]
        var words: [String]
        var more = ""
        var testDescription: String { String(data.prefix(80)) }
    }

    static let refused: [Refused] = [
        Refused(data: "[]", words: ["must be an object"]),
        Refused(data: #""hunter2!""#, words: ["must be an object"]),
        Refused(data: #"{"https://example.com":{"p":["hunter2!"]}}"#, words: ["must be an object"]),
        Refused(data: #"{"p":12345678}"#, words: ["must be an object"]),
        Refused(
            data: #"{"p":"hunter2!"}"#,
            words: ["without a domain", "allowed_domains", "only typed where it belongs"]
        ),
        Refused(data: #"{"*":{"p":"hunter2!"}}"#, words: ["an invalid domain", "every host"]),
        Refused(data: #"{"file:///etc":{"p":"hunter2!"}}"#, words: ["an invalid domain", "scheme"]),
        Refused(
            data: #"{"https://example.com":{"a b":"hunter2!"}}"#,
            fields: ["sensitive_data.https://example.com.a b"],
            words: ["1 to 64 characters"]
        ),
        Refused(
            data: #"{"https://example.com":{"p":"abc"}}"#,
            fields: ["sensitive_data.https://example.com.p"],
            words: ["3 characters", "at least 4", "to be masked"]
        ),
        Refused(
            data: #"{"https://example.com":{"p":" a  b "}}"#,
            fields: ["sensitive_data.https://example.com.p"],
            words: ["2 characters"]
        ),
        Refused(
            data: #"{"https://example.com":{"p":"\#(String(repeating: "a1", count: 1001))"}}"#,
            fields: ["sensitive_data.https://example.com.p"],
            words: ["2002 characters", "at most 2000"]
        ),
        Refused(
            data: #"{"https://example.com":{"x_bu_2fa_code":"JBSWY3DPEHPK3PXP"}}"#,
            fields: ["sensitive_data.https://example.com.x_bu_2fa_code"],
            words: ["one-time code", "not supported"]
        ),
        Refused(
            data: "{" + (0..<101).map { #""https://a\#($0).example":{"p":"hunter2!"}"# }.joined(separator: ",") + "}",
            words: ["101 values", "at most 100"]
        ),
        Refused(
            data: "{\"https://example.com\":{"
                + (0..<25).map { #""p\#($0)":"\#(String(repeating: "a\($0)b", count: 490))""# }.joined(separator: ",")
                + "}}",
            words: ["bytes of values", "at most 32768"]
        ),
        Refused(data: #"{"https://example.com":{"password":"password"}}"#, words: ["<secret>password</secret>"]),
        Refused(data: #"{"https://example.com":{"p":"secret"}}"#, words: ["<secret>p</secret>"]),
        Refused(data: #"{"https://example.com":{"p":"example.com"}}"#, words: ["part of the domain"]),
        Refused(
            data: #"{"https://example.com":{"p":"hunter2."}}"#,
            fields: ["session_id"],
            words: ["would reveal it"],
            more: #","session_id":"as-HUNTER2.-says""#
        ),
    ]

    @Test("Is rejected with what is wrong, never with a value", arguments: Self.refused)
    func refusal(_ refused: Refused) async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let task = #""task":"t","sensitive_data":\#(refused.data)\#(refused.more)"#
                let answer = try await api.post(#"{"request_id":"r",\#(task)}"#)
                #expect(answer.status == 422, "\(answer.text)")
                let errors = try JSONValue(parsing: answer.body)["errors"]?.array ?? []
                #expect(errors.compactMap { $0["field"]?.string } == refused.fields, "\(answer.text)")
                for word in refused.words { #expect(answer.text.contains(word), "\(answer.text)") }
                for value in ["hunter2", "JBSWY3", "a1a1"] { #expect(!answer.text.contains(value), "\(answer.text)") }
                let batch = try await api.post(#"{"batch_id":"b","tasks":[{\#(task)}]}"#, to: "/api/agents/batch")
                #expect(batch.status == 422)
                #expect(try await redis.keys().filter { $0.contains(":r}") || $0.contains(":b}") } == [])
            }
        }
    }

    // MARK: At rest

    private static let data = SensitiveData(values: ["https://example.com": ["p": "hunter2!"]])

    private struct Scene {
        let server: RedisServer
        let redis: RedisClient
        let queue: RunQueue
        let store: RunStore

        var publisher: RecordPublisher {
            RecordPublisher(store.database, maximumLength: 1000, payload: .json)
        }

        func add(_ data: SensitiveData?, task: String = "t", id: String = "r") async throws -> RunAdmission {
            let request = RunRequest(task: task, requestID: try Identifier(id), sensitiveData: data)
            return try await queue.add(Run(request, channel: "c", createdAt: .now()), request: request)
        }

        func add(batch data: [SensitiveData?]) async throws -> BatchAdmission {
            let requests = try data.enumerated().map {
                RunRequest(task: "t", requestID: try Identifier("b.\($0)"), sensitiveData: $1)
            }
            let batch = BatchRequest(batchID: try Identifier("b"), tasks: requests)
            let runs = requests.map { Run($0, channel: "c", createdAt: .now()) }
            return try await queue.add(batch, runs: runs)
        }

        /// The keys that contain a value.
        func keysWithValue() async throws -> [String] { try await server.keys(showing: "hunter2!") }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        try await withRedisServer { server in
            try await withRedisClient(of: server) { redis in
                let database = RunDatabase(redis: redis, prefix: "p", timeToLive: 60)
                let queue = RunQueue(
                    database,
                    blocking: redis,
                    limits: .init(concurrency: 1, waiting: 10),
                    leases: RunLeases(database, owner: "o", seconds: 60)
                )
                let store = RunStore(database: database)
                try await body(Scene(server: server, redis: redis, queue: queue, store: store))
            }
        }
    }

    @Test("Waits in a separate key that expires, and is deleted when the run starts")
    func waits() async throws {
        try await withScene { scene in
            #expect(try await scene.add(Self.data) == .added)
            #expect(try await scene.keysWithValue() == ["{p:r}:secrets"])
            #expect((1...60).contains(Int(try await scene.server.cli("TTL", "{p:r}:secrets")) ?? 0))
            let entry = try await eventually("the run") { try await scene.queue.next().first }
            // Repeated, since the first reply may have been lost.
            for _ in 0..<2 {
                let begun = try #require(try await scene.queue.begin(entry))
                #expect(begun.secrets == Self.data.json.bytes)
                #expect(!String(decoding: begun.request + begun.run, as: UTF8.self).contains("hunter2!"))
            }
            let id = try Identifier("r")
            let run = try #require(try await scene.store.run(id))
            _ = try await scene.store.update(run.json, of: id, owner: "o")
            #expect(try await scene.keysWithValue() == [])
        }
    }

    @Test("Is kept for a run that was given back, for the next process")
    func givenBack() async throws {
        try await withScene { scene in
            #expect(try await scene.add(Self.data) == .added)
            let entry = try await eventually("the run") { try await scene.queue.next().first }
            _ = try await scene.queue.begin(entry)
            try await scene.queue.giveBack(entry.requestID)
            let again = try await eventually("the run") { try await scene.queue.next().first }
            #expect(try await scene.queue.begin(again)?.secrets == Self.data.json.bytes)
        }
    }

    @Test("Is deleted at the end of a run that is cancelled while it waits, or lost")
    func ended() async throws {
        try await withScene { scene in
            #expect(try await scene.add(Self.data) == .added)
            let closer = RunCloser(store: scene.store, publisher: scene.publisher, owner: "o")
            let result = try await closer.end(try Identifier("r")) { RunOutcome(status: .cancelled, steps: $0) }
            guard case .ended = result else { throw TestFailure("the run was not ended") }
            #expect(try await scene.keysWithValue() == [])
        }
    }

    @Test("The same values are the same request before and after the run; other values are not")
    func repetition() async throws {
        try await withScene { scene in
            let other = SensitiveData(values: ["https://example.com": ["p": "hunter3!"]])
            let renamed = SensitiveData(values: ["https://example.com": ["q": "hunter2!"]])
            #expect(try await scene.add(Self.data) == .added)
            func check() async throws {
                guard case .same = try await scene.add(Self.data) else { throw TestFailure("not the same") }
                for data in [other, renamed, nil] { #expect(try await scene.add(data) == .conflict) }
            }
            try await check()
            let id = try Identifier("r")
            let run = try #require(try await scene.store.run(id))
            _ = try await scene.store.update(run.json, of: id, owner: "o")
            try await check()
            // What is kept is too little to confirm a guess.
            #expect(try await scene.server.cli("HGET", "{p:r}:run", "trace").count == 4)
            #expect(try await scene.server.cli("HGET", "{p:r}:run", "salt").count > 16)
            // For another run the same values give a different trace.
            #expect(try await scene.add(Self.data, id: "r2") == .added)
            let salts = [
                try await scene.server.cli("HGET", "{p:r2}:run", "salt"),
                try await scene.server.cli("HGET", "{p:r}:run", "salt"),
            ]
            #expect(salts[0] != salts[1])
            #expect(try await scene.add(nil, id: "r3") == .added)
            #expect(try await scene.add(Self.data, id: "r3") == .conflict)
        }
    }

    @Test("A batch is the same with the same values, and a different one with others")
    func batch() async throws {
        try await withScene { scene in
            let other = SensitiveData(values: ["https://example.com": ["p": "hunter3!"]])
            #expect(try await scene.add(batch: [Self.data, nil, other]) == .added)
            guard case .same = try await scene.add(batch: [Self.data, nil, other]) else {
                throw TestFailure("not the same")
            }
            #expect(try await scene.add(batch: [other, nil, other]) == .conflict)
            #expect(try await scene.add(batch: [Self.data, other, other]) == .conflict)
            #expect(try await scene.keysWithValue() == ["{p:b.0}:secrets"])
        }
    }
}

extension RedisServer {
    /// All keys.
    func keys() async throws -> [String] {
        try await cli("KEYS", "*").split(separator: "\n").map(String.init).sorted()
    }

    /// The keys whose value contains a text, however they are stored.
    func keys(showing text: String) async throws -> [String] {
        var found: [String] = []
        for key in try await self.keys() {
            let content = try await self.content(of: key)
            if content.contains(text) || key.contains(text) { found.append(key) }
        }
        return found
    }
}
