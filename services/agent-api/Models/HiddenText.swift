//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A text that is never shown: whoever prints, logs or dumps it sees dots.
package struct HiddenText: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The text itself, for the one place that needs it.
    package let exposed: String

    /// Keeps a text.
    package init(_ text: String) { exposed = text }

    /// Dots.
    package var description: String { "••••" }
    /// Dots.
    package var debugDescription: String { "••••" }
    /// Nothing.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
