//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why an action cannot be written as a sentence that repeats it.
package struct Unwritable: Error, Hashable, Sendable, CustomStringConvertible {
    /// As it completes "click: …".
    package var reason: String

    init(_ reason: String) { self.reason = reason }

    package var description: String { reason }
}
