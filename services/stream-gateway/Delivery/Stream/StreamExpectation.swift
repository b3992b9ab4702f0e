//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// How a stream is expected to stand.
package struct StreamExpectation: Hashable, Sendable {
    /// The last entry.
    package var id: EntryID

    /// How many entries it ever took; `nil` when that is not known.
    package var added: Int?
}
