//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a run's publishers were seen to do, which says how long a message waits for its entry, and an entry for its
/// message.
struct PublisherHabits: Hashable, Sendable {
    /// How messages relate to entries.
    private enum Publishing: Hashable, Sendable {
        /// Nothing was seen yet.
        case unknown

        /// An entry is there before its message comes.
        case storesFirst

        /// There are messages without entries.
        case storesNothing

        /// An entry follows its message; so many messages in a row had none.
        case publishesFirst(vain: Int)
    }

    /// How long an entry that was found before its message waits for it, in milliseconds.
    static let entryPatience: Int64 = 200

    /// How many messages without an entry it takes to stop waiting for a publisher that publishes first.
    private static let enough = 8

    private var publishing = Publishing.unknown

    /// Whether entries were seen whose messages did not come.
    private(set) var storesOnly = false

    /// How long a message waits for an entry that was not in the stream when it was first looked for, in milliseconds.
    var messagePatience: Int64 {
        switch publishing {
        case .unknown, .publishesFirst: 120
        // What was stored before it was published is there. But looks come late: an entry that was there then may have come
        // after its message.
        case .storesFirst: 25
        case .storesNothing: 0
        }
    }

    /// A message's entry was there when it was first looked for.
    mutating func sawEntryFirst() {
        storesOnly = false
        switch publishing {
        case .publishesFirst: publishing = .publishesFirst(vain: 0)
        case .unknown, .storesFirst, .storesNothing: publishing = .storesFirst
        }
    }

    /// A message's entry came later than the message.
    mutating func sawMessageFirst() {
        storesOnly = false
        publishing = .publishesFirst(vain: 0)
    }

    /// A message came behind its entry, which was given already.
    mutating func sawLateMessage() { storesOnly = false }

    /// A message has waited in vain.
    mutating func sawNoEntry() {
        switch publishing {
        case .publishesFirst(let vain) where vain + 1 < Self.enough: publishing = .publishesFirst(vain: vain + 1)
        case .publishesFirst, .unknown: publishing = .storesNothing
        case .storesFirst, .storesNothing: break
        }
    }

    /// An entry has waited in vain.
    mutating func sawNoMessage() { storesOnly = true }
}
