//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Texts that are remembered for a while, each with something that belongs to it; the same text may come more than once
/// and is given back in that order.
struct Notes<Value: Sendable>: Sendable {
    /// A text in few bytes. Two texts that share one are as likely as a hash collision of 64 bits with the same length.
    private struct Key: Hashable, Sendable {
        var hash: Int
        var length: Int

        init(_ text: String) {
            hash = text.hashValue
            length = text.utf8.count
        }
    }

    private struct Note: Sendable {
        var key: Key
        var until: Int64
    }

    /// How many are remembered at most.
    private let limit: Int

    /// How long they are remembered, in milliseconds.
    private let duration: Int64

    private var notes: [Int: Note] = [:]
    private var serials: [Key: [(serial: Int, value: Value)]] = [:]
    private var first = 0
    private var next = 0

    init(limit: Int, duration: Int64) {
        self.limit = limit
        self.duration = duration
    }

    mutating func add(_ text: String, _ value: Value, at now: Moment) {
        let key = Key(text)
        notes[next] = Note(key: key, until: now.uptime + duration)
        serials[key, default: []].append((next, value))
        next += 1
        forget(before: now)
    }

    /// Takes out what was noted first with a text.
    mutating func take(_ text: String, at now: Moment) -> Value? {
        if notes.isEmpty { return nil }
        forget(before: now)
        let key = Key(text)
        guard var known = serials[key] else { return nil }
        let (serial, value) = known.removeFirst()
        serials[key] = known.isEmpty ? nil : known
        notes[serial] = nil
        return value
    }

    private mutating func forget(before now: Moment) {
        while first < next {
            if let note = notes[first] {
                guard note.until <= now.uptime || notes.count > limit else { return }
                notes[first] = nil
                var known = serials[note.key] ?? []
                known.removeAll { $0.serial == first }
                serials[note.key] = known.isEmpty ? nil : known
            }
            first += 1
        }
    }
}
