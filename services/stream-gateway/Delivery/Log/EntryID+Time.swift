//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

extension EntryID {
    /// Whether it says when the entry was written. Ids before 2001-09-09 are numbers that a publisher counts.
    var isTime: Bool { milliseconds >= 1_000_000_000_000 }
}
