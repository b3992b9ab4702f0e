//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A text that is never shown: whoever prints, logs or dumps it sees dots.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that needs it.
    public let exposed: String

    /// Keeps a text.
    public init(_ text: String) { exposed = text }

    /// Dots.
    public var description: String { "••••" }
    /// Dots.
    public var debugDescription: String { "••••" }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
