//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

/// The settings `LOG_PUBSUB` and `LOG_PUBSUB_JSON`, the same for publisher and gateway.
@Suite("With less on the channel")
struct PubSubSettingTests {
    static let settings = [["LOG_PUBSUB": "0"], ["LOG_PUBSUB_JSON": "0"], ["LOG_PUBSUB": "0", "LOG_PUBSUB_JSON": "0"]]

    @Test("The handler's records are seen once and in order", arguments: Self.settings)
    func handler(settings: [String: String]) async throws {
        try await withPublisher(settings: settings) { python, gateway in
            let subscribes = settings["LOG_PUBSUB"] != "0"
            try await gateway.withSubscribedViewer(of: python.redis, subscribes: subscribes) { viewer in
                try await python.run(
                    """
                    from stepcast_logging import StepcastHandler
                    log = logging.getLogger("agent")
                    log.setLevel(logging.INFO)
                    with StepcastHandler("r1", patience=60) as handler:
                        log.addHandler(handler)
                        for number in range(300):
                            log.info("%d", number // 3, extra={"step": number + 1})
                            if number % 50 == 0: time.sleep(0.2)
                        handler.end(result="done", steps=300)
                    """,
                    environment: Dictionary(uniqueKeysWithValues: settings.map { ($0, Optional($1)) })
                )
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.end?.outcome == RunOutcome(status: .completed, result: "done", steps: 300))
                #expect(viewer.messages == (0..<300).map { String($0 / 3) })
                #expect(viewer.sequence == Array(1...300))
                #expect(viewer.recordIDs.count == 301)
            }
        }
    }

    @Test("Records that redis-py only stores, or stores and publishes as text, are seen once and in order")
    func foreign() async throws {
        try await withPublisher(settings: ["LOG_PUBSUB": "0"]) { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis, subscribes: false) { viewer in
                try await python.run(#"for number in range(200): r.xadd(key, {"msg": number})"#)
                try await viewer.waits(for: "all") { $0.messages.count >= 200 }
                #expect(viewer.messages == (0..<200).map(String.init))
            }
        }
        try await withPublisher(settings: ["LOG_PUBSUB_JSON": "0"]) { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                try await python.run(
                    #"for number in range(200): r.xadd(key, {"msg": number}); r.publish(key, number)"#
                )
                try await python.run(#"r.xadd(key, {"msg": "mark"})"#)
                try await viewer.waits(for: "all") { $0.messages.last == "mark" }
                #expect(viewer.messages == (0..<200).map(String.init) + ["mark"])
            }
        }
    }
}
