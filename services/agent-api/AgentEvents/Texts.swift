//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension StringProtocol {
    /// At most `length` characters, with an ellipsis where something is left out.
    package func clipped(to length: Int) -> String {
        count <= length ? String(self) : String(prefix(Swift.max(length - 1, 0))) + "…"
    }
}

extension Duration {
    /// `2 s`, `0.5 s`
    package var spoken: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(Double(milliseconds) / 1000) s"
    }
}

/// What stands in place of a text that is not shown.
package let hiddenText = "••••"
