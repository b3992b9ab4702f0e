//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a text is no JSON.
package struct InvalidJSON: Error, Hashable, CustomStringConvertible {
    /// The offset of the byte at which it ceases to be JSON, from 0.
    package let offset: Int

    /// What would have to stand there: "',' or ']'", "a value".
    package let expected: String

    /// - Parameters:
    ///   - offset: The offset of the byte at which the text ceases to be JSON, from 0.
    ///   - expected: What would have to stand there, in words.
    package init(offset: Int, expected: String) {
        self.offset = offset
        self.expected = expected
    }

    /// Both in words: "not valid JSON at byte 7: a name in quotes expected".
    package var description: String { "not valid JSON at byte \(offset): \(self.expected) expected" }
}
