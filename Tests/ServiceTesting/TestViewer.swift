//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import AgentLogs
public import HTTPStream
public import ServerSentEvents
import Synchronization
import TestSupport

/// A viewer of a run that keeps all that it gets.
public final class TestViewer: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var parser = EventParser()
        var events: [ServerSentEvent] = []
        var isOver = false
    }

    /// The head of the answer.
    public let head: HTTPClient.ResponseHead

    private let body: HTTPClient.Body
    private let state = Mutex(State())

    init(_ response: HTTPClient.StreamingResponse) {
        self.head = response.head
        self.body = response.body
    }

    func watch() async {
        do {
            for try await chunk in self.body {
                self.state.withLock { state in
                    state.bytes += chunk
                    state.events += state.parser.feed(chunk)
                }
            }
        } catch {
            // A connection that breaks is over, which is all that a test asks about it.
        }
        self.state.withLock { $0.isOver = true }
    }

    /// All bytes so far.
    public var text: String { self.state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// All events so far, as they came.
    public var rawEvents: [ServerSentEvent] { self.state.withLock(\.events) }

    /// All events so far.
    public var events: [StreamEvent] {
        self.rawEvents.compactMap { StreamEvent(json: $0.data.utf8) }
    }

    /// The `gap` events so far.
    public var gaps: [StreamEvent.Gap] {
        self.events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
    }

    /// The texts of the `log` events so far.
    public var messages: [String] {
        self.events.compactMap { if case .log(let log) = $0 { log.message } else { nil } }
    }

    /// The numbers of the records so far, `log` events only.
    public var sequence: [Int] {
        self.events.compactMap { if case .log(let log) = $0 { log.seq } else { nil } }
    }

    /// The `end` event, once it came.
    public var end: StreamEvent.End? {
        for event in self.events { if case .end(let end) = event { return end } }
        return nil
    }

    /// The `batch_end` event, once it came.
    public var batchEnd: StreamEvent.BatchEnd? {
        for event in self.events { if case .batchEnd(let end) = event { return end } }
        return nil
    }

    /// The id to resume from.
    public var lastEventID: String { self.state.withLock(\.parser.lastEventID) }

    /// Whether the connection has ended.
    public var isOver: Bool { self.state.withLock(\.isOver) }

    /// Waits until the viewer has seen something.
    public func waits(
        for what: String,
        timeout: Duration = .seconds(60),
        isolation: isolated (any Actor)? = #isolation,
        _ condition: (TestViewer) -> Bool
    ) async throws {
        do {
            try await eventually(timeout: timeout, what) { condition(self) }
        } catch let failure as TestFailure {
            throw TestFailure("\(failure.description); it has seen:\n\(self.text.suffix(4000))")
        }
    }
}
