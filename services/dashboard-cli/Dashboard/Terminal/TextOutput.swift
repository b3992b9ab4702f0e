//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Somewhere to write text to.
public protocol TextOutput: Sendable {
    /// Writes all of the text, and waits where the reader is slow.
    /// - Throws: ``OutputClosed`` when nobody will read it; `CancellationError` when the task is cancelled meanwhile.
    func write(_ text: String) async throws

    /// Whether the reader has gone. Tells a quiet program that there is nobody left to wait for.
    var isClosed: Bool { get }
}

/// The reader of the output has gone, as `head` goes when it has seen enough.
public struct OutputClosed: Error {
    /// The error carries nothing more.
    public init() {}
}
