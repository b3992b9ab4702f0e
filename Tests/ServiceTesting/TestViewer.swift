//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import HTTPStream
package import ServerSentEvents
import Synchronization
import TestSupport

/// A viewer of a run that records everything it receives.
package final class TestViewer: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var parser = EventParser()
        var events: [ServerSentEvent] = []
        var isOver = false
    }

    /// The head of the response.
    package let head: HTTPClient.ResponseHead

    private let body: HTTPClient.Body
    private let state = Mutex(State())

    init(_ response: HTTPClient.StreamingResponse) {
        head = response.head
        body = response.body
    }

    func watch() async {
        do {
            for try await chunk in body {
                self.state.withLock { state in
                    state.bytes += chunk
                    state.events += state.parser.feed(chunk)
                }
            }
        } catch {
            // A broken connection counts as ended, which is all that tests ask about it.
        }
        self.state.withLock { $0.isOver = true }
    }

    /// All bytes so far.
    package var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// All events so far, as received.
    package var rawEvents: [ServerSentEvent] { state.withLock(\.events) }

    /// All events so far.
    package var events: [StreamEvent] {
        rawEvents.compactMap { StreamEvent(json: $0.data.utf8) }
    }

    /// All events so far, of a viewer of the changes of all runs.
    package var changeEvents: [ChangeEvent] {
        rawEvents.compactMap { ChangeEvent(json: $0.data.utf8) }
    }

    /// The changes of runs so far.
    package var changes: [RunChange] {
        changeEvents.compactMap { if case .run(let change, _) = $0 { change } else { nil } }
    }

    /// The `gap` events so far.
    package var gaps: [StreamEvent.Gap] {
        self.events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
    }

    /// The messages of the `log` events so far.
    package var messages: [String] {
        self.events.compactMap { if case .log(let log, _) = $0 { log.message } else { nil } }
    }

    /// The numbers of the `log` records so far.
    package var sequence: [Int] {
        events.compactMap { if case .log(let log, _) = $0 { log.seq } else { nil } }
    }

    /// The `end` event, once received.
    package var end: StreamEvent.End? {
        for event in events { if case .end(let end) = event { return end } }
        return nil
    }

    /// The `batch_end` event, once received.
    package var batchEnd: StreamEvent.BatchEnd? {
        for event in events { if case .batchEnd(let end) = event { return end } }
        return nil
    }

    /// The id to resume from.
    package var lastEventID: String { state.withLock(\.parser.lastEventID) }

    /// Whether the connection has ended.
    package var isOver: Bool { state.withLock(\.isOver) }

    /// Waits until the viewer has seen something.
    package func waits(
        for what: String,
        timeout: Duration = .seconds(60),
        isolation: isolated (any Actor)? = #isolation,
        _ condition: (TestViewer) -> Bool
    ) async throws {
        do {
            try await eventually(timeout: timeout, what) { condition(self) }
        } catch let failure as TestFailure {
            throw TestFailure("\(failure.description); it has seen:\n\(text.suffix(4000))")
        }
    }
}
