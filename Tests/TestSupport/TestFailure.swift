//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a test cannot go on, in a sentence for whoever reads the test's output.
package struct TestFailure: Error, CustomStringConvertible, Sendable {
    /// The sentence.
    package let description: String

    /// - Parameter description: What is wrong and, where it helps, what to do.
    package init(_ description: String) {
        self.description = description
    }
}
