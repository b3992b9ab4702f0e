//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentAPI
import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing
import Webhooks

/// What receivers of webhooks get, with real sockets and a real Redis. A task that is not understood ends a run at once.
@Suite("The webhooks of a run")
struct WebhookDeliveryTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func withAPI(
        settings: [String: String] = [:],
        _ body: (RunningAgentAPI) async throws -> Void
    ) async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url, settings: settings) { configuration in
                configuration.webhooks.schedule.firstPause = 50
                configuration.webhooks.limits.total = 2
            } _: { api in
                try await body(api)
            }
        }
    }

    private func post(_ id: String, _ webhook: String, to api: RunningAgentAPI) async throws -> HTTPClient.Response {
        try await api.post(#"{"task":"dance","request_id":"\#(id)","webhook":\#(webhook)}"#)
    }

    private func deliveries(_ id: String, _ api: RunningAgentAPI) async throws -> [JSONValue] {
        let response = try await api.get("/api/agents/\(id)/webhook-deliveries")
        return try #require(try JSONValue(parsing: response.body)["deliveries"]?.array)
    }

    private func status(_ id: String, is status: String, _ api: RunningAgentAPI) async throws -> JSONValue {
        try await eventually("a delivery of \(id) that is \(status)") {
            try await deliveries(id, api).first { $0["status"]?.string == status }
        }
    }

    @Test("Are signed so that the reference library accepts them, and tell how the run ended")
    func signed() async throws {
        try await WebhookReceiver.with { receiver in
            try await withAPI { api in
                let hook = #"{"url":"\#(receiver.url)","events":["run.failed"],"secret":"\#(Self.secret)"}"#
                #expect(try await post("r1", hook, to: api).status == 200)
                let request = try await receiver.untilRequests(1)[0]
                #expect(request.method == "POST")
                #expect(request.target == "/hook")
                #expect(request.headers["content-type"] == "application/json")
                let program = """
                    import json, sys
                    from standardwebhooks import Webhook
                    print(Webhook(sys.argv[1]).verify(sys.argv[2], json.loads(sys.argv[3]))["type"])
                    """
                let headers = JSONValue.object(request.headers.mapValues { .string($0) }).text
                let type = try await PythonEnvironment("clients").run(program, [Self.secret, request.body, headers])
                #expect(type == "run.failed\n")
                #expect(try request.payload("request_id") == "r1")
                #expect(try request.payload("status") == "failed")
                #expect(try request.payload("error")?.contains("dance") == true)
                let delivery = try await status("r1", is: "delivered", api)
                #expect(delivery["id"]?.string == request.webhookID)
                #expect(delivery["url"]?.string == receiver.url)
                // The same request again is the same run.
                #expect(try await post("r1", hook, to: api).status == 200)
                // Neither the run nor the list shows the secret.
                for path in ["/api/agents/r1", "/api/agents/r1/webhook-deliveries"] {
                    #expect(try await api.get(path).text.contains("MfKQ") == false)
                }
                let metrics = try await api.get("/metrics").text
                #expect(metrics.contains(#"stepcast_webhook_deliveries_total{outcome="delivered"} 1"#))
            }
        }
    }

    @Test("Are repeated under one id until the receiver accepts them; redirects are not followed")
    func repeated() async throws {
        let behaviour: @Sendable (Int) -> WebhookReceiver.Behaviour = { number in
            switch number {
            case 1: .answer("500 Internal Server Error")
            case 2: .answer("302 Found", headers: ["Location": "/elsewhere"])
            case 3: .hang
            default: .answer("200 OK")
            }
        }
        try await WebhookReceiver.with(behaviour) { receiver in
            try await withAPI { api in
                #expect(try await post("r1", #"{"url":"\#(receiver.url)"}"#, to: api).status == 200)
                // The run is over long before its webhook is.
                #expect(try await api.finishedRun("r1", timeout: .seconds(20)).status == .failed)
                let requests = try await receiver.untilRequests(4)
                #expect(Set(requests.map(\.webhookID)).count == 1)
                #expect(Set(requests.map(\.body)).count == 1)
                #expect(requests.allSatisfy { $0.target == "/hook" })
                // Without a secret it is not signed.
                #expect(requests.allSatisfy { $0.headers["webhook-signature"] == nil })
                let delivery = try await status("r1", is: "delivered", api)
                #expect(delivery["attempts"]?.integer == 4)
            }
        }
    }

    @Test("End with 410, which also disables the webhook")
    func gone() async throws {
        try await WebhookReceiver.with(.answer("410 Gone")) { receiver in
            try await withAPI { api in
                #expect(try await post("r1", #"{"url":"\#(receiver.url)"}"#, to: api).status == 200)
                let delivery = try await status("r1", is: "disabled", api)
                #expect(delivery["last_status"]?.integer == 410)
                #expect(delivery["next_attempt_at"] == nil)
                #expect(receiver.requests.count == 1)
            }
        }
    }

    @Test("Are delivered again when that is asked for, under the same id")
    func redelivered() async throws {
        try await WebhookReceiver.with { receiver in
            try await withAPI { api in
                #expect(try await post("r1", #"{"url":"\#(receiver.url)"}"#, to: api).status == 200)
                let id = try #require(try await status("r1", is: "delivered", api)["id"]?.string)
                let path = "/api/agents/r1/webhook-deliveries/\(id)/redeliver"
                #expect(try await api.get(path, method: "POST").status == 202)
                let requests = try await receiver.untilRequests(2)
                #expect(Set(requests.map(\.webhookID)) == [id])
                _ = try await status("r1", is: "delivered", api)
                for unknown in ["msg_0", "\(id):data", "url"] {
                    let path = "/api/agents/r1/webhook-deliveries/\(unknown)/redeliver"
                    #expect(try await api.get(path, method: "POST").status == 404, "\(unknown)")
                }
            }
        }
    }

    @Test("Are not sent to private addresses where pages may not go there, except to the operator's own URL")
    func privateAddresses() async throws {
        try await WebhookReceiver.with { forbidden in
            try await WebhookReceiver.with { own in
                let settings = ["BLOCK_PRIVATE_NETWORKS": "1", "WEBHOOK_URL": own.url, "WEBHOOK_SECRET": Self.secret]
                try await withAPI(settings: settings) { api in
                    let refused = try await post("r1", #"{"url":"\#(forbidden.url)"}"#, to: api)
                    #expect(refused.status == 422)
                    #expect(refused.text.contains("webhook.url"))
                    #expect(refused.text.contains("private address"))
                    // A name says nothing by itself.
                    let name = "http://hooks.localhost:\(forbidden.port)/"
                    #expect(try await post("r2", #"{"url":"\#(name)"}"#, to: api).status == 200)
                    let delivery = try await status("r2", is: "failed", api)
                    #expect(delivery["last_error"]?.string?.contains("private address") == true)
                    #expect(forbidden.requests.isEmpty)
                    let request = try await own.untilRequests(1)[0]
                    #expect(try request.payload("request_id") == "r2")
                    #expect(request.headers["webhook-signature"] != nil)
                }
            }
        }
    }

    @Test("Are not delayed by those of a receiver that hangs")
    func hanging() async throws {
        try await WebhookReceiver.with(.hang) { slow in
            try await WebhookReceiver.with { quick in
                try await withAPI { api in
                    let tasks = (1...40).map { _ in #"{"task":"dance"}"# }.joined(separator: ",")
                    let body = #"{"batch_id":"b","webhook":{"url":"\#(slow.url)"},"tasks":[\#(tasks)]}"#
                    #expect(try await api.post(body, to: "/api/agents/batch").status == 200)
                    #expect(try await post("r1", #"{"url":"\#(quick.url)"}"#, to: api).status == 200)
                    try await quick.untilRequests(1)
                    #expect(slow.requests.count <= 40)
                }
            }
        }
    }

    @Test(
        "Are refused with what is wrong with them",
        arguments: [
            (#""https://hooks.example/""#, "webhook"),
            (#"{}"#, "webhook.url"),
            (#"{"url":"ftp://hooks.example/"}"#, "webhook.url"),
            (#"{"url":"https://a:b@hooks.example/"}"#, "webhook.url"),
            (#"{"url":"https://hooks.example/","events":[]}"#, "webhook.events"),
            (#"{"url":"https://hooks.example/","events":["run.exploded"]}"#, "webhook.events"),
            (#"{"url":"https://hooks.example/","events":"run.failed"}"#, "webhook.events"),
            (#"{"url":"https://hooks.example/","secret":"hunter2"}"#, "webhook.secret"),
            (#"{"url":"https://hooks.example/","secret":7}"#, "webhook.secret"),
        ]
    )
    func invalid(_ webhook: String, _ field: String) async throws {
        try await withAPI { api in
            let response = try await post("r1", webhook, to: api)
            #expect(response.status == 422)
            #expect(response.text.contains(#""field":"\#(field)""#), "\(response.text)")
        }
    }
}
