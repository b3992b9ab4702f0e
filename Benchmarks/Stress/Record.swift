//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One record, and what has happened to it so far. Times are the test's own: when a command was sent first, and when
/// Redis had confirmed it.
struct Record {
    enum Kind: String {
        case log
        case end
        case batchEnd = "batch_end"
    }

    /// Which one of its topic it is, from 1. It stands in the text.
    let number: Int
    let form: Form
    let kind: Kind
    /// The run that it belongs to; the batch for a `batch_end`.
    let run: String
    let level: Level

    /// The record's number in its run, as it is written.
    var seq: Int?
    /// The number by which a hole in this stream is known: `seq`, or in a batch's stream `batch_seq`.
    var counter: Int?
    /// How often the numbers had begun anew before it.
    var numbering = 0
    /// A `seq` that makes no sense, as it is written.
    var absurdSeq: String?
    /// An `id` of the publisher's own that is no entry's.
    var foreignID: String?

    var publishSent: Int64?
    var publishConfirmed: Int64?
    /// How many messages of this topic were sent before.
    var publishPlace: Int?

    var storeSent: Int64?
    var storeConfirmed: Int64?
    /// Its index in the ledger's log.
    var place: Int?
    var id: EntryID?
    /// Whether the id is Redis's word and not only a viewer's.
    var isIDConfirmed = false
    /// How often the stream had been deleted before.
    var epoch = 0
    /// Whether the id was another entry's before the stream was deleted: nobody can tell the two apart.
    var isReused = false

    /// When the command was sent that removed it, and which operation that was.
    var removalSent: Int64?
    var removal = 0

    /// Whether its message and its entry came so far apart that they may be two events.
    var isApart: Bool {
        guard let published = publishSent, let stored = storeSent else { return false }
        let (first, last) = (min(published, stored), max(published, stored))
        let confirmed = last == published ? publishConfirmed : storeConfirmed
        return (confirmed ?? last) - first > 5_000_000_000
    }

    var isGone: Bool { removalSent != nil }
    var isStored: Bool { storeSent != nil }

    /// When its publisher began with it.
    var begun: Int64? {
        guard let published = publishSent, let stored = storeSent else {
            return publishSent ?? storeSent
        }
        return min(published, stored)
    }

    init(number: Int, form: Form, kind: Kind = .log, run: String, level: Level) {
        self.number = number
        self.form = form
        self.kind = kind
        self.run = run
        self.level = level
    }

    /// Whether a viewer with this filter sees it.
    func passes(_ level: Level) -> Bool { kind != .log || self.level >= level }
}
