//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// Limits the number of tasks that run a body at a time; the others wait in line.
///
/// Swift Testing starts all tests at once. Fifty pages that load at the same time would all be slow, and time limits
/// would depend on the machine.
package final class Turnstile: Sendable {
    /// For tests that each use a page of a browser.
    package static let pages = Turnstile(places: 3)

    private struct State {
        var freePlaces: Int
        var line: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// - Parameter places: The maximum number at a time.
    package init(places: Int) {
        state = Mutex(State(freePlaces: places))
    }

    /// Runs the body when there is a place.
    package func pass<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        await withCheckedContinuation { enter($0) }
        defer { leave() }
        return try await body()
    }

    private func enter(_ continuation: CheckedContinuation<Void, Never>) {
        let isFree = self.state.withLock { state in
            if state.freePlaces > 0 {
                state.freePlaces -= 1
                return true
            }
            state.line.append(continuation)
            return false
        }
        if isFree { continuation.resume() }
    }

    private func leave() {
        let next = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.line.isEmpty {
                state.freePlaces += 1
                return nil
            }
            return state.line.removeFirst()
        }
        next?.resume()
    }
}
