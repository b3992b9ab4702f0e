//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Browser

@Suite("Watched state")
struct WatchedTests {
    @Test("A wait returns at once when its condition holds already")
    func returnsAtOnce() async throws {
        let number = Watched(5)
        #expect(try await number.wait(for: "five", until: .after(.seconds(10))) { $0 == 5 ? "yes" : nil } == "yes")
    }

    @Test("Each wait returns with the change that makes its condition hold")
    func wakesWaiters() async throws {
        let number = Watched(0)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for target in 1...50 {
                group.addTask {
                    try await number.wait(for: "\(target)", until: .after(.seconds(10))) { $0 >= target ? $0 : nil }
                }
            }
            for _ in 1...50 { number.update { $0 += 1 } }
            for try await seen in group { #expect((1...50).contains(seen)) }
        }
    }

    @Test("A wait ends when its time is over, and says what it was for", arguments: [Duration.zero, .milliseconds(30)])
    func hasDeadlines(timeout: Duration) async {
        let number = Watched(0)
        let error = await #expect(throws: BrowserError.self) {
            try await number.wait(for: "the end", until: .after(timeout)) { $0 > 0 ? () : nil }
        }
        #expect(error == BrowserError(.timedOut, "timed out waiting for the end"))
    }

    @Test("A wait ends when its task is cancelled")
    func isCancelled() async {
        let number = Watched(0)
        let waiting = Task { try await number.wait(for: "the end", until: .after(.seconds(30))) { $0 > 0 ? () : nil } }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test("A condition that throws ends the wait")
    func throwsFromConditions() async {
        let number = Watched(0)
        let waiting = Task {
            try await number.wait(for: "the end", until: .after(.seconds(30))) { (number: Int) -> Int? in
                if number > 0 { throw BrowserError(.pageClosed, "gone") }
                return nil
            }
        }
        number.update { $0 = 1 }
        #expect(await #expect(throws: BrowserError.self) { try await waiting.value }?.code == .pageClosed)
    }
}
