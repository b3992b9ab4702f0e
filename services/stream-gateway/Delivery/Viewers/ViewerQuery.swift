//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import AgentLogs

/// What a viewer asked to see.
public struct ViewerQuery: Hashable, Sendable {
    /// Where to begin.
    public enum Start: Hashable, Sendable {
        /// With the oldest record that there is.
        case beginning

        /// With what comes next.
        case now

        /// Behind a record that the viewer has seen.
        case after(EntryID)

        /// With the last so many records, 1 or more.
        case tail(Int)
    }

    /// Where to begin.
    public var start: Start

    /// The least severe level to see. `end` is always seen.
    public var level: LogLevel

    /// A query; everything unless told otherwise.
    public init(start: Start = .beginning, level: LogLevel = .debug) {
        self.start = start
        self.level = level
    }
}
