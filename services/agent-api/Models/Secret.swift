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

    /// A text without the secret, and without what looks like a key of the usual form: servers repeat parts of it.
    func removed(from text: String) -> String {
        let masked = exposed.isEmpty ? text : text.replacing(exposed, with: "••••")
        var result = ""
        var rest = masked[...]
        while let start = rest.firstRange(of: "sk-")?.lowerBound {
            result += rest[..<start]
            let key = rest[start...].prefix { $0.isLetter || $0.isNumber || "-_*.".contains($0) }
            // "task-" and the like end in the same letters.
            let isWord = result.last.map { $0.isLetter || $0.isNumber } ?? false
            result += isWord || key.count < 8 ? String(key) : "••••"
            rest = rest[key.endIndex...]
        }
        return result + rest
    }
}
