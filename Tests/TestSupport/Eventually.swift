//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Polls until a condition holds.
///
/// For conditions without an event to wait for, such as the end of another process.
/// - Parameters:
///   - timeout: The maximum time to wait. It is long because test machines are busy; it costs nothing while tests pass.
///   - what: What is waited for, to complete "Timed out waiting for …".
///   - condition: The condition. If it throws, it does not hold yet; the last error is reported on timeout.
/// - Throws: A ``TestFailure`` on timeout; `CancellationError` if the task is cancelled.
package func eventually(
    timeout: Duration = .seconds(60),
    _ what: String,
    isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    try await eventually(timeout: timeout, what) { try await condition() ? () : nil }
}

/// Polls until the body returns a value, and returns it. Otherwise like the other `eventually`.
package func eventually<Value>(
    timeout: Duration = .seconds(60),
    _ what: String,
    isolation: isolated (any Actor)? = #isolation,
    value: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    var left = timeout
    var pause = Duration.milliseconds(1)
    var lastError: (any Error)?
    while true {
        let asked = clock.now
        do {
            lastError = nil
            if let value = try await value() { return value }
        } catch let error as CancellationError {
            throw error
        } catch {
            lastError = error
        }
        left -= clock.now - asked
        guard left > .zero else {
            let reason = lastError.map { "; the last error was: \($0)" } ?? ""
            throw TestFailure("Timed out after \(timeout) waiting for \(what)\(reason)")
        }
        let start = clock.now
        try await clock.sleep(for: pause)
        // Where this process did not get to run for long, nothing else in it did.
        left -= min(clock.now - start, pause + .seconds(1))
        pause = min(pause * 2, .milliseconds(50))
    }
}
