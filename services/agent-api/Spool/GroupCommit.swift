//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Collects changes while a commit is running, and returns them as one batch when it is done. It does no I/O.
struct GroupCommit {
    /// The changes of one transaction.
    struct Batch: Equatable {
        var entries: [SpoolEntry] = []
        var removals: [Int64] = []
    }

    /// The place of an entry.
    struct Row: Equatable {
        var generation: Int
        var row: Int64
    }

    private struct Ticket {
        var number: Int
        var entries: Range<Int>
    }

    private var pending = Batch()
    private var pendingTickets: [Ticket] = []
    private var committing: [Ticket]?
    private var lastTicket = 0
    private var settledThrough = 0
    private var results: [Int: [Row]] = [:]

    /// Whether nothing is pending and no commit is running.
    var isIdle: Bool { committing == nil && pendingTickets.isEmpty }

    /// Adds entries to the next batch.
    ///
    /// - Returns: The ticket for the result.
    mutating func append(_ entries: [SpoolEntry]) -> Int {
        let start = pending.entries.count
        pending.entries += entries
        return ticket(for: start..<pending.entries.count)
    }

    /// Adds removals to the next batch.
    mutating func remove(_ rows: [Int64]) -> Int {
        pending.removals += rows
        return ticket(for: 0..<0)
    }

    /// The batch to commit now; `nil` while another commit is running.
    mutating func next() -> Batch? {
        guard committing == nil, !pendingTickets.isEmpty else { return nil }
        committing = pendingTickets
        pendingTickets = []
        defer { pending = Batch() }
        return pending
    }

    /// Records the result of the commit.
    ///
    /// - Parameter rows: The places of its entries, in order; `nil` if it failed.
    mutating func done(_ rows: [Row]?) {
        for ticket in committing ?? [] {
            settledThrough = ticket.number
            if let rows, ticket.entries.upperBound <= rows.count {
                results[ticket.number] = Array(rows[ticket.entries])
            }
        }
        committing = nil
    }

    /// Whether the ticket's commit has ended.
    func isSettled(_ ticket: Int) -> Bool { ticket <= settledThrough }

    /// The places of a ticket's entries; `nil` if they could not be written. They are returned once.
    mutating func takeResult(of ticket: Int) -> [Row]? { results.removeValue(forKey: ticket) }

    private mutating func ticket(for entries: Range<Int>) -> Int {
        lastTicket += 1
        pendingTickets.append(Ticket(number: lastTicket, entries: entries))
        return lastTicket
    }
}
