//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a test cannot continue, in a sentence for people.
package struct TestFailure: Error, CustomStringConvertible, Sendable {
    package let description: String

    /// - Parameter description: What is wrong and, if it helps, what to do.
    package init(_ description: String) {
        self.description = description
    }
}
