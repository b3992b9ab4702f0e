//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import Delivery
package import NIOCore

/// A gateway that watches the run: its log, the messages on their way to it, and the look that is on its way to Redis.
package struct SimulatedGateway {
    /// A look into the stream, and where it is.
    private enum Look {
        case issued(after: EntryID?, added: Int?)
        case answered(StreamPage, after: EntryID?)
    }

    package var log: TopicLog
    package var channel: [(name: String, payload: ByteBuffer)] = []
    private var look: Look?

    /// Whether the stream is to be looked into.
    package private(set) var isRung = true

    /// The first entry that was read, where there were older ones.
    package private(set) var firstRead: EntryID?

    package init(isBatch: Bool, limits: FrameRing.Limits) {
        let run = SimulatedStream.run
        log = TopicLog(name: isBatch ? .batch(run) : .run(run), prefix: "browser_use_logs", limits: limits)
    }

    /// Takes the next message.
    package mutating func receive(at now: Moment) {
        if channel.isEmpty { return }
        if log.receive(channel.removeFirst().payload, at: now) { isRung = true }
    }

    /// Has the stream looked into.
    package mutating func ring() { isRung = true }

    /// Loses the messages that are on their way; the subscription is made anew.
    package mutating func reconnect() {
        channel = []
        isRung = true
    }

    /// Whether a look is on its way.
    package var isLooking: Bool { self.look != nil }

    /// Takes the look a step further: it is sent, then Redis answers, then the answer comes.
    package mutating func advance(_ stream: SimulatedStream, fails: Bool, at now: Moment) {
        switch self.look {
        case nil:
            isRung = false
            self.look = .issued(after: log.beginLook(), added: log.expectation.added)
        case .issued where fails:
            self.look = nil
            log.abandonLook()
            isRung = true
        case .issued(let id, let added):
            let page = id.map { Self.look(stream, after: $0, added: added) }
            self.look = .answered(page ?? Self.load(stream), after: id)
        case .answered(let page, nil):
            self.look = nil
            firstRead = page.isFull ? page.records.first?.id : nil
            log.load(page, at: now)
            isRung = true
        case .answered(let page, let id?):
            self.look = nil
            if log.endLook(page, after: id, at: now) { isRung = true }
        }
    }

    /// Redis refuses the look that is on its way: the key has the wrong type, say.
    package mutating func refuseLook(at now: Moment) -> Bool {
        guard case .issued = self.look else { return false }
        self.look = nil
        isRung = true
        log.failLook(at: now)
        return true
    }

    /// Whether something waits for a look.
    package func wantsLook(at now: Moment) -> Bool {
        isRung || log.deadline.map { $0 <= now.uptime } ?? false
    }

    // MARK: What Redis answers

    static let pageSize = 7

    private static func load(_ stream: SimulatedStream) -> StreamPage {
        let records = stream.entries.suffix(40).map(\.record)
        return StreamPage(
            records: records,
            isFull: stream.entries.count >= 40,
            lastID: stream.exists ? stream.lastID : nil,
            added: stream.exists ? stream.counter : nil,
            gone: stream.goneBeforeFirst
        )
    }

    private static func look(_ stream: SimulatedStream, after id: EntryID, added: Int?) -> StreamPage {
        guard stream.exists, stream.lastID != id || stream.added != added else { return StreamPage(records: []) }
        var page = self.page(stream, after: id)
        if page.records.isEmpty { page.anchor = .present }
        page.lastID = stream.lastID
        page.added = stream.counter
        page.gone = id == .zero || page.anchor == .trimmed ? stream.goneBeforeFirst : stream.gone
        return page
    }

    static func page(_ stream: SimulatedStream, after id: EntryID) -> StreamPage {
        let behind = stream.entries.filter { $0.id > id }
        let isThere = id == .zero || stream.entries.contains { $0.id == id }
        let hasOlder = stream.entries.contains { $0.id < id }
        let anchor: StreamPage.Anchor = stream.isUnknown(id) ? .unknown : hasOlder ? .deleted : .trimmed
        return StreamPage(
            records: behind.prefix(pageSize).map(\.record),
            isFull: behind.count >= pageSize,
            anchor: isThere ? .present : anchor
        )
    }

    /// The page that a viewer asks for.
    package static func page(_ stream: SimulatedStream, for request: PageRequest) -> EncodedPage {
        var request = request
        if let count = request.tail {
            let oldest = stream.entries.suffix(count).first?.id
            request.position.id = stream.entries.count < count ? .zero : oldest?.predecessor ?? .zero
        }
        let id = request.position.id
        var page = self.page(stream, after: id)
        page.lastID = stream.exists ? stream.lastID : nil
        if id == .zero || page.anchor == .trimmed { page.gone = stream.goneBeforeFirst }
        if request.isUnchecked, id != .zero, page.anchor == .present || page.anchor == .deleted {
            let older = stream.entries.filter { $0.id <= id }.suffix(3)
            let number = older.last { $0.record.seq != nil }?.record.seq ?? (older.count < 3 ? 0 : nil)
            if let number { page.count = page.anchor == .present ? .last(number) : .behindGone(.last(number)) }
        }
        return EncodedPage(page, for: request, encoder: FrameEncoder(name: request.name, prefix: "browser_use_logs"))
    }
}
