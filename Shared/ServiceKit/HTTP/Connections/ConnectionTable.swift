//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore
import Synchronization

/// The HTTP connections of a service, without viewers' streams.
///
/// At the limit, a new connection replaces the one that has waited longest for its client. An idle connection or an
/// unfinished request must not keep others out.
package final class ConnectionTable: Sendable {
    /// A connection's part of the table.
    final class Entry: Sendable {
        fileprivate let address: IPAddress?
        fileprivate let channel: any Channel
        private let table: ConnectionTable

        fileprivate init(address: IPAddress?, channel: any Channel, table: ConnectionTable) {
            self.address = address
            self.channel = channel
            self.table = table
        }

        /// Sets since when it waits for its client; `nil` while the client waits for the service.
        func waits(since: NIODeadline?) { table.state.withLock { $0.set(self, waitingSince: since) } }

        /// The connection has become a viewer's, which is counted as such.
        func leave() { table.state.withLock { $0.remove(self) } }
    }

    private struct State {
        private var entries: [ObjectIdentifier: (entry: Entry, waitingSince: NIODeadline?)] = [:]

        /// The number of connections that wait for their clients, by address.
        private(set) var waiting: [IPAddress?: Int] = [:]

        var count: Int { entries.count }

        mutating func add(_ entry: Entry) {
            entries[ObjectIdentifier(entry)] = (entry, .now())
            waiting[entry.address, default: 0] += 1
        }

        mutating func remove(_ entry: Entry) {
            set(entry, waitingSince: nil)
            entries[ObjectIdentifier(entry)] = nil
        }

        mutating func set(_ entry: Entry, waitingSince since: NIODeadline?) {
            guard let known = entries[ObjectIdentifier(entry)] else { return }
            entries[ObjectIdentifier(entry)] = (entry, since)
            guard (known.waitingSince == nil) != (since == nil) else { return }
            let count = waiting[entry.address, default: 0] + (since == nil ? -1 : 1)
            waiting[entry.address] = count == 0 ? nil : count
        }

        /// Removes up to `count` connections that have waited longest.
        mutating func takeLongestWaiting(_ count: Int, where isMeant: (Entry) -> Bool = { _ in true }) -> [Entry] {
            let waiting = entries.values.compactMap { entry, since -> (entry: Entry, since: NIODeadline)? in
                guard isMeant(entry), let since else { return nil }
                return (entry, since)
            }
            let longest =
                count == 1
                ? waiting.min { $0.since < $1.since }.map { [$0] } ?? []
                : Array(waiting.sorted { $0.since < $1.since }.prefix(count))
            for (entry, _) in longest { remove(entry) }
            return longest.map(\.entry)
        }
    }

    let limits: ConnectionLimits
    private let state = Mutex(State())

    /// An empty table.
    package init(limits: ConnectionLimits) {
        self.limits = limits
    }

    /// Adds a connection until it is closed.
    ///
    /// - Returns: `nil` if there is no room and none can be made.
    func admit(_ channel: any Channel) -> Entry? {
        // What one client may have to itself.
        let entry = Entry(address: IPAddress(channel)?.ownedNetwork, channel: channel, table: self)
        let isLimited = !(entry.address.map(limits.proxies.contains) ?? false)
        let (isAdmitted, evicted) = self.state.withLock { state -> (Bool, [Entry]) in
            var evicted: [Entry] = []
            if isLimited, state.waiting[entry.address, default: 0] >= limits.perAddress {
                evicted += state.takeLongestWaiting(1) { $0.address == entry.address }
            }
            if state.count >= limits.total { evicted += state.takeLongestWaiting(1) }
            guard state.count < limits.total else { return (false, evicted) }
            state.add(entry)
            return (true, evicted)
        }
        for entry in evicted { entry.channel.close(promise: nil) }
        guard isAdmitted else { return nil }
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.remove(entry) } }
        return entry
    }

    /// Closes up to `count` connections that have waited longest for their clients.
    func makeRoom(_ count: Int) {
        for entry in state.withLock({ $0.takeLongestWaiting(count) }) { entry.channel.close(promise: nil) }
    }
}
