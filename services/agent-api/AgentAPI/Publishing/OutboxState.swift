//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Spool

/// A run's items that Redis has not accepted, and what to do with them next. It does no I/O.
///
/// Each item is offered to Redis first, which is the fast path. What Redis does not accept quickly goes to disk, and
/// while Redis lags behind, later items go to disk at once. An item is *safe* as soon as either has it. Items stay in
/// memory until Redis has them, so a failing disk costs nothing but this safety.
struct OutboxState<Item: Sendable> {
    private enum Safety {
        /// Only this process has the item.
        case none

        /// It is being written to disk.
        case underWay

        case onDisk(SpoolPlace)

        /// The disk did not accept it.
        case refused
    }

    private struct Slot {
        var item: Item
        var since: ContinuousClock.Instant
        var safety = Safety.none
    }

    /// How long to wait for Redis before writing to disk.
    private let patience: Duration
    /// How long to wait after a failed write to disk.
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

    /// The number of items that Redis has not accepted.
    var count: Int { slots.count }

    /// The number of those that are not on disk either.
    var unsafeCount: Int {
        slots.count { slot in
            if case .onDisk = slot.safety { false } else { true }
        }
    }

    /// Adds an item.
    ///
    /// - Returns: Its position, counted from 1.
    mutating func append(_ item: Item, now: ContinuousClock.Instant) -> Int {
        slots.append(Slot(item: item, since: now))
        return firstPosition + slots.count - 1
    }

    // MARK: Redis

    /// The next item for Redis.
    var next: Item? { slots.first?.item }

    /// Redis has accepted the next item.
    mutating func taken() {
        guard let slot = slots.popFirst() else { return }
        firstPosition += 1
        if case .onDisk(let place) = slot.safety { removable.append(place) }
        if slots.isEmpty { isBehind = false }
    }

    /// Redis has not accepted the next item, and will not soon.
    mutating func fellBehind() { isBehind = true }

    /// Returns what can be removed from the disk, if that is worthwhile: everything is delivered, or it has become a
    /// lot.
    mutating func takeRemovable() -> [SpoolPlace] {
        guard slots.isEmpty || removable.count >= 256 else { return [] }
        defer { removable = [] }
        return removable
    }

    /// Discards all items. They will never be delivered.
    ///
    /// - Returns: What to remove from the disk.
    mutating func discard() -> [SpoolPlace] {
        while !slots.isEmpty { taken() }
        defer { removable = [] }
        return removable
    }

    // MARK: The disk

    /// When to write to disk next; `nil` if nothing waits for it.
    var spoolingDue: ContinuousClock.Instant? {
        guard let oldest = slots.first(where: { Self.isWaiting($0.safety) }) else { return nil }
        let due = isBehind ? oldest.since : oldest.since + self.patience
        return spoolingPaused.map { max($0, due) } ?? due
    }

    /// Returns what must be written to disk now. The caller reports the result with ``spooled(_:at:now:)``.
    ///
    /// - Parameter isFinal: Whether this is the last chance, so that the delays do not apply.
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

    /// Records the result of writing to disk.
    ///
    /// - Parameter places: The places of the items; `nil` if they could not be written.
    mutating func spooled(_ positions: [Int], at places: [SpoolPlace]?, now: ContinuousClock.Instant) {
        guard let places, places.count == positions.count else {
            for position in positions { set(.refused, at: position) }
            spoolingPaused = now + pauseAfterFailure
            return
        }
        for (position, place) in zip(positions, places) {
            // Redis may have accepted it in the meantime.
            if !set(.onDisk(place), at: position) { removable.append(place) }
        }
        guard let generation = places.last?.generation, generation > self.generation else { return }
        self.generation = generation
        forgetLostPlaces()
    }

    /// Whether waiting for an item is over: Redis or the disk has it, or the disk failed and nothing more can be done.
    func isSettled(_ position: Int) -> Bool {
        let offset = position - firstPosition
        guard offset >= 0, offset < slots.count else { return true }
        return switch slots[slots.index(slots.startIndex, offsetBy: offset)].safety {
        case .none, .underWay: false
        case .onDisk, .refused: true
        }
    }

    /// A file was lost, so its items must be written again.
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

    /// What the disk did not accept is retried after a delay.
    private static func isWaiting(_ safety: Safety) -> Bool {
        switch safety {
        case .none, .refused: true
        case .underWay, .onDisk: false
        }
    }
}
