//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Hosts
import JSON
import Testing
import Webhooks

@Suite("A webhook")
struct WebhookTests {
    @Test(
        "Has a URL that can be posted to",
        arguments: [
            ("https://hooks.example/a?b=c", true), ("http://127.0.0.1:8080", true), ("https://hooks.example", true),
            ("HTTPS://hooks.example/", true), ("ftp://hooks.example/", false), ("hooks.example", false),
            ("https://ada:secret@hooks.example/", false), ("https://hooks.example/#a", false), ("https:///a", false),
            ("https://hooks.example/ä", false), ("https://hooks.example/a b", false), ("", false),
            ("https://hooks.example:99999/", false),
        ]
    )
    func url(_ url: String, _ isURL: Bool) {
        #expect(Webhook.isURL(url) == isURL)
    }

    @Test("Is signed as the standard's own example is")
    func signature() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            seconds: 1_614_265_330,
            payload: Array(#"{"test": 2432232314}"#.utf8)
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(!"\(secret)".contains("MfKQ"))
        #expect(String(reflecting: secret).contains("MfKQ") == false)
    }

    @Test(
        "Takes no secret that is too short, too long, or something else",
        arguments: ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64 at all, sorry"]
    )
    func badSecret(_ text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    @Test("Is tried again after pauses that double up to an hour, for a day")
    func schedule() {
        let schedule = WebhookSchedule()
        var elapsed: Int64 = 0
        var pauses: [Int64] = []
        while let pause = schedule.pause(after: pauses.count + 1, elapsed: elapsed, spread: 0) {
            pauses.append(pause)
            elapsed += pause
        }
        #expect(pauses.prefix(4) == [5000, 10_000, 20_000, 40_000])
        #expect(pauses.max() == 3_600_000)
        #expect(elapsed > 82_000_000)
        #expect(elapsed <= 86_400_000)
        #expect(schedule.pause(after: 1, elapsed: 0, spread: 1) == 6000)
        #expect(schedule.pause(after: .max, elapsed: 0, spread: 0) == 3_600_000)
    }

    private func delivery() throws -> WebhookDelivery {
        try WebhookDelivery(
            json: #"{"id":"msg_1","target":"run","event":"run.completed","created_ms":1000}"#.utf8
        )
    }

    @Test("Is delivered by any 2xx, over with 410, and tried again after anything else")
    func results() throws {
        let cases: [(WebhookDelivery.Result, WebhookDelivery.Status)] = [
            (.answered(200), .delivered), (.answered(204), .delivered), (.answered(410), .disabled),
            (.answered(500), .pending), (.answered(302), .pending), (.answered(404), .pending),
            (.failed("away"), .pending), (.refused("private"), .failed),
        ]
        for (result, status) in cases {
            var delivery = try self.delivery()
            let pause = delivery.record(result, at: 2000, schedule: WebhookSchedule(), spread: 0)
            #expect(delivery.status == status, "\(result)")
            #expect(pause == (status == .pending ? 5000 : nil), "\(result)")
            #expect(delivery.nextMS == (status == .pending ? 7000 : nil), "\(result)")
            #expect(delivery.attempts == 1)
            // What is stored can be read again.
            #expect(try WebhookDelivery(json: delivery.json) == delivery)
        }
    }

    @Test("Is given up after a day, and begins anew when it is delivered again")
    func givenUp() throws {
        var delivery = try self.delivery()
        let late: Int64 = 1000 + 86_400_000
        let last = delivery.record(.answered(500), at: late, schedule: WebhookSchedule(), spread: 0)
        #expect(last == nil)
        #expect(delivery.status == .failed)
        delivery.redeliver(at: late)
        #expect(delivery.status == .pending)
        let next = delivery.record(.answered(500), at: late, schedule: WebhookSchedule(), spread: 0)
        #expect(next == 5000)
        #expect(delivery.attempts == 2)
    }

    @Test("Has the same body in each attempt")
    func payload() throws {
        let text = String(decoding: try delivery().payload(#"{"request_id":"r"}"#), as: UTF8.self)
        #expect(
            text == #"{"type":"run.completed","timestamp":"1970-01-01T00:00:01.000Z","data":{"request_id":"r"}}"#
        )
    }
}

@Suite("The load of deliveries")
struct WebhookLoadTests {
    @Test("Leaves room for others when one receiver hangs")
    func room() throws {
        var load = WebhookLoad(limit: 3, limitPerOrigin: 2)
        let slow = try #require(WebOrigin(url: "http://slow.example/"))
        let other = try #require(WebOrigin(url: "http://other.example/"))
        let begun = [slow, slow, slow, other, other].map { origin in load.begin(origin) }
        #expect(begun == [true, true, false, true, false])
        #expect(load.free == 0)
        load.end(slow)
        let hasRoom = load.begin(slow)
        #expect(hasRoom)
        #expect(load.count == 3)
    }
}
