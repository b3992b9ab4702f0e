//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Spool

/// What a run has said and Redis has not taken, and what has to happen to it next. Without any input or output.
///
/// Redis gets each item first; that is the fast path. What it does not take within a moment goes to disk, and as long as
/// it lags behind, whatever follows goes to disk at once. An item is *safe* as soon as either has it. Items stay in
/// memory until Redis has them, so a disk that fails costs nothing but the safety.
struct OutboxState<Item: Sendable> {
    private enum Safety {
        /// Only this process has it.
        case none

        /// It is being written to disk.
        case underWay

        case onDisk(SpoolPlace)

        /// The disk has refused it.
        case refused
    }

    private struct Slot {
        var item: Item
        var since: ContinuousClock.Instant
        var safety = Safety.none
    }

    /// How long Redis may take before the disk is asked.
    private let patience: Duration
    /// How long a disk that has failed is left alone.
    private let pauseAfterFailure: Duration

    private var slots: CircularBuffer<Slot> = []
    private var firstPosition = 1
    private var isBehind = false
    private var spoolingPaused: ContinuousClock.Instant?
    private var generation = 0

    /// Places on disk of items that Redis has.
    private(set) var removable: [SpoolPlace] = []

    init(patience: Duration = .milliseconds(50), pauseAfterFailure: Duration = .seconds(1)) {
        self.patience = patience
        self.pauseAfterFailure = pauseAfterFailure
    }

    /// How many items Redis has not taken.
    var count: Int { slots.count }

    /// How many of them are not on disk either.
    var unsafeCount: Int {
        slots.count { slot in
            if case .onDisk = slot.safety { false } else { true }
        }
    }

    /// Adds an item.
    ///
    /// - Returns: Its position; they count from 1.
    mutating func append(_ item: Item, now: ContinuousClock.Instant) -> Int {
        slots.append(Slot(item: item, since: now))
        return firstPosition + slots.count - 1
    }

    // MARK: Redis

    /// The item that Redis is to get next.
    var next: Item? { slots.first?.item }

    /// Redis has taken the item that was next.
    mutating func taken() {
        guard let slot = slots.popFirst() else { return }
        firstPosition += 1
        if case .onDisk(let place) = slot.safety { removable.append(place) }
        if slots.isEmpty { isBehind = false }
    }

    /// Redis has not taken the item that is next, and will not do so soon.
    mutating func fellBehind() { isBehind = true }

    /// Gives out what can be removed from the disk, when it is worth the while: all is delivered, or it has become much.
    mutating func takeRemovable() -> [SpoolPlace] {
        guard slots.isEmpty || removable.count >= 256 else { return [] }
        defer { removable = [] }
        return removable
    }

    /// Forgets all items. They will never be delivered.
    ///
    /// - Returns: What is to be removed from the disk.
    mutating func discard() -> [SpoolPlace] {
        while !slots.isEmpty { taken() }
        defer { removable = [] }
        return removable
    }

    // MARK: The disk

    /// When the disk is to be asked for the next time; `nil` when nothing waits for it.
    var spoolingDue: ContinuousClock.Instant? {
        guard let oldest = slots.first(where: { Self.isWaiting($0.safety) }) else { return nil }
        let due = isBehind ? oldest.since : oldest.since + self.patience
        return spoolingPaused.map { max($0, due) } ?? due
    }

    /// Gives out what is to be written to disk now. It is followed by ``spooled(_:at:now:)``.
    ///
    /// - Parameter isFinal: Whether there is no later, so that neither patience nor pause counts.
    mutating func takeForSpool(
        now: ContinuousClock.Instant,
        isFinal: Bool = false
    ) -> [(position: Int, item: Item)] {
        guard isFinal || spoolingDue.map({ $0 <= now }) == true else { return [] }
        isBehind = true
        spoolingPaused = nil
        var batch: [(position: Int, item: Item)] = []
        for offset in 0..<slots.count {
            let index = slots.index(slots.startIndex, offsetBy: offset)
            guard Self.isWaiting(slots[index].safety) else { continue }
            slots[index].safety = .underWay
            batch.append((firstPosition + offset, slots[index].item))
        }
        return batch
    }

    /// The disk has answered.
    ///
    /// - Parameter places: Where the items are; `nil` when it could not take them.
    mutating func spooled(_ positions: [Int], at places: [SpoolPlace]?, now: ContinuousClock.Instant) {
        guard let places, places.count == positions.count else {
            for position in positions { set(.refused, at: position) }
            spoolingPaused = now + pauseAfterFailure
            return
        }
        for (position, place) in zip(positions, places) {
            // Redis may have taken it in the meantime.
            if !set(.onDisk(place), at: position) { removable.append(place) }
        }
        guard let generation = places.last?.generation, generation > self.generation else { return }
        self.generation = generation
        forgetLostPlaces()
    }

    /// Whether an item needs no more waiting for: Redis has it, or the disk, or the disk has refused it and there is
    /// nothing more to be done.
    func isSettled(_ position: Int) -> Bool {
        let offset = position - firstPosition
        guard offset >= 0, offset < slots.count else { return true }
        return switch slots[slots.index(slots.startIndex, offsetBy: offset)].safety {
        case .none, .underWay: false
        case .onDisk, .refused: true
        }
    }

    /// A file was lost, and what was in it must be written again.
    private mutating func forgetLostPlaces() {
        for index in slots.indices {
            if case .onDisk(let place) = slots[index].safety, place.generation < generation {
                slots[index].safety = .none
            }
        }
        removable.removeAll { $0.generation < generation }
    }

    @discardableResult
    private mutating func set(_ safety: Safety, at position: Int) -> Bool {
        let offset = position - firstPosition
        guard offset >= 0, offset < slots.count else { return false }
        slots[slots.index(slots.startIndex, offsetBy: offset)].safety = safety
        return true
    }

    /// What was refused is tried again, after a pause.
    private static func isWaiting(_ safety: Safety) -> Bool {
        switch safety {
        case .none, .refused: true
        case .underWay, .onDisk: false
        }
    }
}
