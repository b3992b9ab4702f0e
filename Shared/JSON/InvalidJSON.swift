//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a text is not valid JSON.
package struct InvalidJSON: Error, Hashable, CustomStringConvertible {
    /// The offset of the first byte that is not valid, from 0.
    package let offset: Int

    /// What was expected there: "',' or ']'", "a value".
    package let expected: String

    /// - Parameters:
    ///   - offset: The offset of the first byte that is not valid, from 0.
    ///   - expected: What was expected there, in words.
    package init(offset: Int, expected: String) {
        self.offset = offset
        self.expected = expected
    }

    /// The offset and what was expected: "not valid JSON at byte 7: expected a name in quotes".
    package var description: String { "not valid JSON at byte \(offset): expected \(expected)" }
}
