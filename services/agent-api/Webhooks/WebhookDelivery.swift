//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import JSON

/// An event that is to be told to a URL, and what became of that. It does no I/O.
package struct WebhookDelivery: JSONObject, Hashable, Sendable {
    /// Whose URL it is.
    package enum Target: String, Codable, Sendable, Hashable {
        /// The run's own.
        case run

        /// `WEBHOOK_URL`.
        case service
    }

    package enum Status: String, Codable, Sendable, Hashable, CaseIterable {
        /// It will be tried, again or for the first time.
        case pending

        /// The receiver has answered with a 2xx.
        case delivered

        /// It was given up.
        case failed

        /// The receiver has answered with 410: it wants no more.
        case disabled
    }

    /// The same in each attempt, by which a receiver recognizes a repetition.
    package let id: String
    package let target: Target
    package let event: Webhook.Event

    /// When the event was, in milliseconds since 1970.
    package let createdMS: Int64

    /// When the current series of attempts began, in milliseconds since 1970; `nil` for the time of the event.
    package private(set) var sinceMS: Int64?
    package private(set) var status: Status?

    /// How many attempts there were.
    package private(set) var attempts: Int?

    /// How many there were in the current series.
    package private(set) var tries: Int?
    package private(set) var lastMS: Int64?
    package private(set) var lastStatus: Int?
    package private(set) var lastError: String?
    package private(set) var nextMS: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, target, event, status, attempts, tries
        case createdMS = "created_ms"
        case sinceMS = "since_ms"
        case lastMS = "last_ms"
        case lastStatus = "last_status"
        case lastError = "last_error"
        case nextMS = "next_ms"
    }

    /// The result of an attempt.
    package enum Result: Hashable, Sendable {
        /// The receiver has answered with this status.
        case answered(Int)

        /// It has not.
        case failed(String)

        /// It may not be connected to, so another attempt would be in vain.
        case refused(String)
    }

    /// Takes in the result of an attempt.
    ///
    /// - Parameters:
    ///   - time: Now, in milliseconds since 1970.
    ///   - spread: See ``WebhookSchedule/pause(after:elapsed:spread:)``.
    /// - Returns: The pause before the next attempt, in milliseconds; `nil` when there is none.
    package mutating func record(
        _ result: Result,
        at time: Int64,
        schedule: WebhookSchedule,
        spread: Double
    ) -> Int64? {
        attempts = (attempts ?? 0) + 1
        tries = (tries ?? 0) + 1
        (lastMS, lastStatus, lastError, nextMS) = (time, nil, nil, nil)
        switch result {
        case .answered(200..<300):
            if case .answered(let code) = result { lastStatus = code }
            status = .delivered
            return nil
        case .answered(410):
            lastStatus = 410
            status = .disabled
            return nil
        case .refused(let reason):
            lastError = reason
            status = .failed
            return nil
        case .answered(let code):
            lastStatus = code
            if (300..<400).contains(code) { lastError = "redirects are not followed" }
        case .failed(let reason): lastError = reason
        }
        let elapsed = time - (sinceMS ?? createdMS)
        guard let pause = schedule.pause(after: tries ?? 1, elapsed: elapsed, spread: spread) else {
            status = .failed
            return nil
        }
        status = .pending
        nextMS = time + pause
        return pause
    }

    /// Begins a new series of attempts.
    ///
    /// - Parameter time: Now, in milliseconds since 1970.
    package mutating func redeliver(at time: Int64) {
        (sinceMS, nextMS, tries, status) = (time, time, nil, .pending)
    }

    /// The body of each attempt, always the same.
    ///
    /// - Parameter data: What the event is about, as JSON text.
    package func payload(_ data: String) -> [UInt8] {
        let time = Timestamp(milliseconds: createdMS).iso8601
        return Array("{\"type\":\"\(event.rawValue)\",\"timestamp\":\"\(time)\",\"data\":\(data)}".utf8)
    }

    /// The delivery as `GET /api/agents/{request_id}/webhook-deliveries` shows it.
    ///
    /// - Parameter url: Where it goes, if that is to be shown.
    package func shown(url: String?) -> JSONValue {
        func time(_ milliseconds: Int64?) -> JSONValue? {
            milliseconds.map { .string(Timestamp(milliseconds: $0).iso8601) }
        }
        let fields: [String: JSONValue?] = [
            "id": .string(id), "event": .string(event.rawValue), "target": .string(target.rawValue),
            "url": url.map { .string($0) }, "status": .string((status ?? .pending).rawValue),
            "attempts": .integer(Int64(attempts ?? 0)), "created_at": time(createdMS), "last_attempt_at": time(lastMS),
            "last_status": lastStatus.map { .integer(Int64($0)) }, "last_error": lastError.map { .string($0) },
            "next_attempt_at": time(nextMS),
        ]
        return .object(fields.compactMapValues { $0 })
    }
}
