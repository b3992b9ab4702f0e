//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// What has happened: every record that was ever written or published, and everything that took records away.
package struct History: Sendable {
    /// A record, and what became of it.
    package struct Fact: Sendable {
        /// How it was written.
        package var kind: PublisherKind
        package var level: LogLevel

        /// When it was written or published, counted in steps.
        package var step: Int

        /// Its place among all entries, and its id; `nil` while it is not stored.
        package var ordinal: Int?
        package var id: EntryID?
        package var storedAt: Int?

        /// The count in which its publisher gave it a number, if it did. Numbers tell of a hole within one count.
        package var numbering: Int?
        package var isNumbered: Bool { numbering != nil }

        /// What took it out of the stream, and when.
        package var loss: (Loss)?
    }

    /// What takes an entry out of a stream.
    package enum Loss: Hashable, Sendable {
        case trimmed(step: Int)
        case removed(step: Int)
        case deleted(step: Int)
        case lost(step: Int)
    }

    /// Something that leaves viewers in doubt, by how many entries there had been.
    package var disruptions: [Int] = []
    package var facts: [String: Fact] = [:]

    /// Whether a gateway was refused a look, so that it gave messages without their entries.
    package var wasUnreadable = false

    /// How often the stream's counter was set.
    package var countersSet = 0

    /// How often publishers have begun to count anew.
    package var numbering = 0

    /// When the stream was deleted, and whether it was ever begun anew with lower ids.
    package var deletions: [Int] = []
    package var hasLowerIDs = false

    /// The texts of all entries, in order.
    package var stored: [String] = []

    /// When messages on their way to a gateway were lost, by gateway.
    package var channelLosses: [[Int]] = [[], []]

    package mutating func publish(_ text: String, as kind: PublisherKind, level: LogLevel, step: Int) {
        if facts[text] == nil { facts[text] = Fact(kind: kind, level: level, step: step) }
    }

    package mutating func store(_ text: String, id: EntryID, isNumbered: Bool, step: Int) {
        facts[text]?.ordinal = stored.count
        facts[text]?.id = id
        facts[text]?.numbering = isNumbered ? numbering : nil
        facts[text]?.storedAt = step
        stored.append(text)
    }

    package mutating func lose(_ entries: [SimulatedStream.Entry], _ loss: Loss) {
        for entry in entries { facts[entry.record.message]?.loss = loss }
    }

    package mutating func disrupt() { disruptions.append(stored.count) }
}

/// A form in which publishers write.
package enum PublisherKind: UInt8, CaseIterable, Sendable {
    /// Our script: number, id, and the id of the entry before.
    case ours

    /// An older script of ours: number and id.
    case oursUnlinked

    /// Our script with `LOG_PUBSUB_JSON=0`: the bare text.
    case oursAsText
    case storeThenPublish
    case publishThenStore
    case publishOnly
    case storeOnly

    /// Publishes only, with an `id` of its own that is no entry's.
    case publishOnlyWithID

    /// Our script, with a number that makes no sense.
    case absurd

    var isStored: Bool { self != .publishOnly && self != .publishOnlyWithID }
}
