//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// A page of one log.
package struct LogPageQuery: Hashable, Sendable {
    /// What is behind this place, the oldest first; or, without it, in front of ``before``.
    package var after: Int?

    /// What is in front of this place, the newest first. Without both, the newest come first.
    package var before: Int?

    /// The lowest level. The end and gaps are always given.
    package var level: LogLevel

    /// The most records, 1 or more.
    package var limit: Int

    /// The most bytes of events, but for the first.
    package var bytes: Int

    package init(
        after: Int? = nil,
        before: Int? = nil,
        level: LogLevel = .debug,
        limit: Int = 100,
        bytes: Int = 4 << 20
    ) {
        self.after = after
        self.before = before
        self.level = level
        self.limit = limit
        self.bytes = bytes
    }
}

/// What follows an id in a log.
package struct ReplayQuery: Hashable, Sendable {
    /// Where to begin.
    package enum Start: Hashable, Sendable {
        /// With the first record of the latest generation.
        case beginning

        /// With the last so many of them.
        case tail(Int)

        /// Behind an id of the latest generation that has it.
        case after(EntryID)
    }

    package var start: Start

    /// Entries behind this one are left out.
    package var through: EntryID

    /// The most records and the most bytes of events, but for the first.
    package var limit: Int
    package var bytes: Int

    package init(_ start: Start, through: EntryID = .greatest, limit: Int = 1000, bytes: Int = 96 << 10) {
        self.start = start
        self.through = through
        self.limit = limit
        self.bytes = bytes
    }
}

/// What somebody may see, or wants to see: runs whose names match all patterns that are given.
package struct RunScope: Hashable, Sendable {
    /// A name, or the beginning of names.
    package enum Pattern: Hashable, Sendable {
        case name(String)
        case prefix(String)
    }

    package var request: Pattern?
    package var batch: Pattern?
    package var session: Pattern?

    package init(request: Pattern? = nil, batch: Pattern? = nil, session: Pattern? = nil) {
        self.request = request
        self.batch = batch
        self.session = session
    }
}

/// Which runs are meant.
package struct RunFilter: Hashable, Sendable {
    /// Runs that at least one of these covers; `nil` for all.
    package var scopes: [RunScope]?

    package var requestID: Identifier?
    package var sessionID: Identifier?
    package var batchID: Identifier?

    package init(
        scopes: [RunScope]? = nil,
        requestID: Identifier? = nil,
        sessionID: Identifier? = nil,
        batchID: Identifier? = nil
    ) {
        self.scopes = scopes
        self.requestID = requestID
        self.sessionID = sessionID
        self.batchID = batchID
    }
}

/// A search over the records of all runs.
package struct SearchQuery: Hashable, Sendable {
    package enum Order: Hashable, Sendable {
        /// The newest first.
        case newest

        /// The best matches among the newest ones first.
        case rank
    }

    /// What is searched for; `nil` for all records.
    package var text: SearchText?
    package var runs: RunFilter
    package var level: LogLevel
    package var since: Timestamp?
    package var until: Timestamp?
    package var action: String?

    /// What the address of the page has somewhere.
    package var url: String?
    package var order: Order

    /// The `next` of the page before; `nil` for the first page.
    package var after: String?

    /// The most hits, 1 or more.
    package var limit: Int

    package init(
        _ text: SearchText? = nil,
        runs: RunFilter = RunFilter(),
        level: LogLevel = .debug,
        order: Order = .newest,
        limit: Int = 50
    ) {
        self.text = text
        self.runs = runs
        self.level = level
        self.order = order
        self.limit = limit
    }
}

/// A record that matches a search.
package struct SearchHit: Hashable, Sendable {
    /// A part of the text, and whether it is what was searched for.
    package struct Part: Hashable, Sendable {
        package var text: String
        package var isMatch: Bool

        package init(_ text: String, isMatch: Bool = false) {
            self.text = text
            self.isMatch = isMatch
        }
    }

    package var requestID: Identifier
    package var record: ArchivedRecord

    /// What is around the match; empty where nothing was searched for.
    package var snippet: [Part]
}

package struct SearchPage: Hashable, Sendable {
    package var hits: [SearchHit] = []

    /// For the next page. A page may have fewer hits than the limit, even none, and yet not be the last.
    package var next: String?

    package init() {}
}

/// The runs that are archived.
package struct HistoryQuery: Hashable, Sendable {
    package var runs: RunFilter
    package var statuses: Set<RunStatus>

    /// When the run was asked for or, where that is not known, had its first record.
    package var since: Timestamp?
    package var until: Timestamp?

    package var after: String?
    package var limit: Int

    package init(runs: RunFilter = RunFilter(), statuses: Set<RunStatus> = [], limit: Int = 50) {
        self.runs = runs
        self.statuses = statuses
        self.limit = limit
    }
}

package struct ArchivedRun: Hashable, Sendable {
    package var requestID: Identifier
    package var facts: RunFacts

    /// How many events are archived, and the times of the first and the last one.
    package var records: Int
    package var firstTime: Timestamp
    package var lastTime: Timestamp

    /// When something was archived the last time.
    package var archivedAt: Timestamp

    /// Whether the run's end is archived.
    package var isOver: Bool
}

package struct HistoryPage: Hashable, Sendable {
    package var runs: [ArchivedRun] = []
    package var next: String?

    package init() {}
}
