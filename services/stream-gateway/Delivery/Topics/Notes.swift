//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Texts that are remembered for a while, each with something that belongs to it; the same text may come more than once
/// and is given back in that order.
struct Notes<Value> {
    /// A text in few bytes. Two texts that share one are as likely as a hash collision of 64 bits with the same length.
    private struct Key: Hashable {
        var hash: Int
        var length: Int

        init(_ text: String) {
            self.hash = text.hashValue
            self.length = text.utf8.count
        }
    }

    private struct Note {
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
        self.notes[self.next] = Note(key: key, until: now.uptime + self.duration)
        self.serials[key, default: []].append((self.next, value))
        self.next += 1
        self.forget(before: now)
    }

    /// Takes out what was noted first with a text.
    mutating func take(_ text: String, at now: Moment) -> Value? {
        if self.notes.isEmpty { return nil }
        self.forget(before: now)
        let key = Key(text)
        guard var known = self.serials[key] else { return nil }
        let (serial, value) = known.removeFirst()
        self.serials[key] = known.isEmpty ? nil : known
        self.notes[serial] = nil
        return value
    }

    private mutating func forget(before now: Moment) {
        while self.first < self.next {
            if let note = self.notes[self.first] {
                guard note.until <= now.uptime || self.notes.count > self.limit else { return }
                self.notes[self.first] = nil
                var known = self.serials[note.key] ?? []
                known.removeAll { $0.serial == self.first }
                self.serials[note.key] = known.isEmpty ? nil : known
            }
            self.first += 1
        }
    }
}
