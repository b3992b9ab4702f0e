//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Collects what is to be written while a commit is under way, and gives it out as one batch when that is done. Without
/// any input or output.
struct GroupCommit {
    /// What goes into one transaction.
    struct Batch: Equatable {
        var entries: [SpoolEntry] = []
        var removals: [Int64] = []
    }

    /// Where an entry is.
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

    /// Whether there is nothing to commit and nothing being committed.
    var isIdle: Bool { committing == nil && pendingTickets.isEmpty }

    /// Adds entries to the next batch.
    ///
    /// - Returns: The number by which to ask what became of them.
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

    /// The batch to commit now; `nil` while another is being committed.
    mutating func next() -> Batch? {
        guard committing == nil, !pendingTickets.isEmpty else { return nil }
        committing = pendingTickets
        pendingTickets = []
        defer { pending = Batch() }
        return pending
    }

    /// Takes note of how the commit ended.
    ///
    /// - Parameter rows: Where its entries are, in order; `nil` when it failed.
    mutating func done(_ rows: [Row]?) {
        for ticket in committing ?? [] {
            settledThrough = ticket.number
            if let rows, ticket.entries.upperBound <= rows.count {
                results[ticket.number] = Array(rows[ticket.entries])
            }
        }
        committing = nil
    }

    /// Whether the commit that a ticket was in has ended.
    func isSettled(_ ticket: Int) -> Bool { ticket <= settledThrough }

    /// Where the entries of a ticket are; `nil` when they could not be written. It is told once.
    mutating func takeResult(of ticket: Int) -> [Row]? { results.removeValue(forKey: ticket) }

    private mutating func ticket(for entries: Range<Int>) -> Int {
        lastTicket += 1
        pendingTickets.append(Ticket(number: lastTicket, entries: entries))
        return lastTicket
    }
}
