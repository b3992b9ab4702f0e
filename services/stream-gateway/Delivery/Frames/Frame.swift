//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// What is known of an encoded record without looking into its bytes.
package struct Frame: Hashable, Sendable {
    /// What the bytes are.
    package enum Kind: Hashable, Sendable {
        case record

        /// The last record of what is watched: of the run, or of the batch.
        case end

        /// The last record of one run of a batch.
        case runEnd

        /// Tells those who watch now of records that are gone.
        case gap
    }

    /// The stream entry's id. `nil` for what is not in the stream.
    package var id: EntryID?

    /// The record's number in its run, or in its batch.
    package var number: Int?

    /// What the level filter looks at.
    package var level: LogLevel

    /// What the bytes are.
    package var kind: Kind

    /// How many of the bytes, in front of the record, tell of records that are missing before it.
    package var gapLength = 0

    /// Whether the numbers tell of all that is missing there.
    var isGapNumbered = false

    /// The frame with which the record was given before, without an id: a message that came before its entry.
    package var given: GivenFrame?

    /// Whether a viewer sees it that wants records from a level up. The end and what is missing concern everybody.
    func passes(_ minimum: LogLevel) -> Bool {
        kind != .record || level >= minimum
    }

    /// What it tells of the numbers. What has no place in the stream tells nothing.
    var count: Position.Count? {
        isEphemeral ? nil : .init(number: number, hole: gapLength > 0 ? Hole() : nil)
    }

    /// Whether it has no place in the stream, and so is for those alone who watch when it comes.
    var isEphemeral: Bool { id == nil }
}

/// A frame with which a message was given before its entry was found.
package struct GivenFrame: Hashable, Sendable {
    var index: Int

    /// The message's level, which may be another than the entry's.
    var level: LogLevel

    /// Whether a viewer was shown it.
    func wasShown(to seen: SeenFrames, from minimum: LogLevel) -> Bool {
        level >= minimum && !seen.repeatsGiven && seen.contains(index)
    }
}

/// The frames of a ring that a viewer has been there for: all since it began, but for those that it fell behind.
package struct SeenFrames: Hashable, Sendable {
    private var first: Int

    /// Whether entries are wanted whose messages were given before, without an id: by a follower, which keeps both.
    var repeatsGiven = false

    /// What it has missed since, in order.
    private var missed: [Range<Int>] = []

    /// How many such ranges are remembered. Older frames are no longer compared with anything.
    private static let limit = 16

    /// The messages without an entry of whose entries the viewer was told from the past: they are not for it any more.
    private var replayed: Set<Int> = []

    package init(since first: Int) {
        self.first = first
    }

    /// The viewer is not there from a frame on, until ``enter(at:)``.
    mutating func leave(at index: Int) {
        missed.append(index..<Int.max)
        if missed.count > Self.limit { missed.removeFirst() }
    }

    /// The viewer is there again from a frame on.
    mutating func enter(at index: Int) {
        guard let last = missed.popLast(), last.lowerBound < index else { return }
        missed.append(last.lowerBound..<index)
    }

    /// The viewer was given the entry of a message, so it is not to be given the message.
    mutating func replay(_ index: Int) { replayed.insert(index) }

    func contains(_ index: Int) -> Bool {
        index >= first && !missed.contains { $0.contains(index) } && !replayed.contains(index)
    }

    func contains(_ range: Range<Int>) -> Bool {
        range.lowerBound >= first && !missed.contains { $0.overlaps(range) }
            && !replayed.contains(where: range.contains)
    }
}
