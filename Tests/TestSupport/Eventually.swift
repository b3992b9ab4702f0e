//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Waits until a condition holds, and looks again every few milliseconds.
///
/// For what gives no event to wait for, such as a process's end seen from outside.
/// - Parameters:
///   - timeout: How long to wait at most. It is long, as machines that run tests are busy; it costs nothing as long as
///     all is well.
///   - what: What is waited for, as it completes "Timed out waiting for …".
///   - condition: Whether it holds. An error that it throws counts as "not yet" and is told when the time is over.
/// - Throws: A ``TestFailure`` when the time is over; `CancellationError` when the task is cancelled.
package func eventually(
    timeout: Duration = .seconds(60),
    _ what: String,
    isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    try await eventually(timeout: timeout, what) { try await condition() ? () : nil }
}

/// Waits until the body gives a value, and returns it. Else as the other `eventually`.
package func eventually<Value>(
    timeout: Duration = .seconds(60),
    _ what: String,
    isolation: isolated (any Actor)? = #isolation,
    value: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    var pause = Duration.milliseconds(1)
    var lastError: (any Error)?
    while true {
        do {
            lastError = nil
            if let value = try await value() { return value }
        } catch let error as CancellationError {
            throw error
        } catch {
            lastError = error
        }
        guard clock.now < deadline else {
            let reason = lastError.map { "; the last error was: \($0)" } ?? ""
            throw TestFailure("Timed out after \(timeout) waiting for \(what)\(reason)")
        }
        try await clock.sleep(for: pause)
        pause = min(pause * 2, .milliseconds(50))
    }
}
