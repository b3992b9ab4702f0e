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

        /// What it says, which others may say as well.
        package var text: String
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

    /// All records, by name.
    package var facts: [String: Fact] = [:]

    /// The names of those that say the same, in order.
    package private(set) var namesakes: [String: [String]] = [:]

    /// Whether a gateway was refused a look, so that it gave messages without their entries.
    package var wasUnreadable = false

    /// When each message came to a gateway that did not look into the stream just then, and when gateways looked.
    package var deliveries: [[String: Int]] = [[:], [:]]
    package var looks: [[Int]] = [[], []]

    /// Whether the counter was beyond any number, so that gateways do without it.
    package var isUncounted = false

    /// When a gateway began to watch, and the first entry that it read, where there were older ones.
    package var firstReads: [(step: Int, id: EntryID)] = []

    /// How often the stream's counter was set higher than it was.
    package var raises = 0

    /// How often publishers have begun to count anew.
    package var numbering = 0

    /// When the stream was deleted, and whether it was ever begun anew with lower ids.
    package var deletions: [Int] = []
    package var hasLowerIDs = false

    /// The names of all entries, in order.
    package var stored: [String] = []

    /// When messages on their way to a gateway were lost, by gateway.
    package var channelLosses: [[Int]] = [[], []]

    package mutating func publish(_ name: String, _ text: String, as kind: PublisherKind, level: LogLevel, step: Int) {
        facts[name] = Fact(kind: kind, text: text, level: level, step: step)
        namesakes[text, default: []].append(name)
    }

    package mutating func store(_ name: String, id: EntryID, isNumbered: Bool, step: Int) {
        facts[name]?.ordinal = stored.count
        facts[name]?.id = id
        facts[name]?.numbering = isNumbered ? numbering : nil
        facts[name]?.storedAt = step
        stored.append(name)
    }

    package mutating func lose(_ entries: [SimulatedStream.Entry], _ loss: Loss) {
        for entry in entries { facts[entry.name]?.loss = loss }
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

    /// Whether nothing but the text says which entry a message belongs to, or none.
    var isJoinedByText: Bool { self == .storeThenPublish || self == .publishThenStore }
}
