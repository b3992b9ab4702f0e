//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Somewhere to write text to.
package protocol TextOutput: Sendable {
    /// Writes all of the text, and waits where the reader is slow.
    /// - Throws: ``OutputClosed`` when nobody will read it; ``OutputFailed`` when it cannot be written;
    ///   `CancellationError` when the task is cancelled meanwhile.
    func write(_ text: String) async throws

    /// Finds out before anything is done whether writing can only fail.
    /// - Throws: ``OutputFailed``.
    func check() throws

    /// Whether the reader has gone. Tells a quiet program that there is nobody left to wait for.
    var isClosed: Bool { get }
}

extension TextOutput {
    /// Nothing speaks against writing.
    package func check() throws {}
}

/// The text could not be written.
package struct OutputFailed: Error {
    /// Why, as the system says it: `No space left on device`.
    package var reason: String

    /// The error with its reason.
    package init(reason: String) {
        self.reason = reason
    }
}

/// The reader of the output has gone, as `head` goes when it has seen enough.
package struct OutputClosed: Error {
    /// The error carries nothing more.
    package init() {}
}
