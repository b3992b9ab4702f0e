//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis
import Synchronization

/// What Redis has given for the page that is likely to be asked for next.
///
/// Redis reads a page of a long history in about the time that encoding one takes, so for a viewer that reads page after
/// page the next is read meanwhile. There is one at most: as soon as viewers take turns, nothing is read ahead.
final class ReadAhead: Sendable {
    /// The place that a page begins behind.
    struct Place: Hashable {
        var name: Subject
        var epoch: Int
        var id: EntryID

        init(_ request: PageRequest, id: EntryID? = nil) {
            name = request.name
            epoch = request.position.epoch
            self.id = id ?? request.position.id
        }
    }

    private struct Next {
        var place: Place
        var reply: RESPValue?
    }

    private let next = Mutex<Next?>(nil)

    /// Takes what was read ahead for a place.
    ///
    /// - Returns: Whether the page read last has ended there, and what was read behind it.
    func take(_ place: Place) -> (isNext: Bool, reply: RESPValue?) {
        next.withLock { next in
            guard let found = next.take(), found.place == place else { return (false, nil) }
            return (true, found.reply)
        }
    }

    /// Notes where a page has ended.
    ///
    /// - Parameter reply: What was read behind it, if that will still hold when it is asked for: a full page does.
    func note(_ place: Place, _ reply: RESPValue?) {
        next.withLock { $0 = Next(place: place, reply: reply) }
    }
}
