//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The sessions between their runs: where the cookies and the storage of each are. Those in use are not here.
struct KeptSessions: Sendable {
    /// A context that waits in a browser for the next run of its session.
    struct Entry: Sendable, Hashable {
        var session: String
        var browser: ObjectIdentifier
        var contextID: String
        var until: ContinuousClock.Instant
    }

    private let limit: Int
    /// The one that was kept for the longest time first.
    private(set) var entries: [Entry] = []

    init(limit: Int) { self.limit = limit }

    /// The browser in which a session is kept.
    func browser(of session: String) -> ObjectIdentifier? { entries.first { $0.session == session }?.browser }

    /// Takes a session out of a browser for its next run, by its context.
    mutating func take(_ session: String, in browser: ObjectIdentifier) -> String? {
        let index = entries.firstIndex { $0.session == session && $0.browser == browser }
        return index.map { entries.remove(at: $0).contextID }
    }

    /// Keeps a session.
    ///
    /// - Returns: what gives way to it.
    mutating func keep(_ entry: Entry) -> [Entry] {
        var gone = entries.filter { $0.session == entry.session }
        entries.removeAll { $0.session == entry.session }
        entries.append(entry)
        while entries.count > limit { gone.append(entries.removeFirst()) }
        return gone
    }

    /// Takes out what has been kept long enough.
    mutating func expire(at now: ContinuousClock.Instant) -> [Entry] {
        let expired = entries.filter { $0.until <= now }
        entries.removeAll { $0.until <= now }
        return expired
    }

    /// Forgets the sessions of a browser that is gone.
    mutating func forget(_ browser: ObjectIdentifier) {
        entries.removeAll { $0.browser == browser }
    }

    /// Whether a browser holds any.
    func holds(_ browser: ObjectIdentifier) -> Bool { entries.contains { $0.browser == browser } }

    /// When the next one expires.
    var nextExpiry: ContinuousClock.Instant? { entries.map(\.until).min() }
}
