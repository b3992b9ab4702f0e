//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import Delivery
import NIOCore

/// Somebody who watches the run, over as many connections as it takes.
package struct SimulatedClient {
    /// What the client was shown.
    package enum Sight: Hashable, Sendable, CustomStringConvertible {
        case record(String, EntryID?)
        case gap
        case end(EntryID?)

        /// The connection was lost, or begun again at an id.
        case dropped
        case resumed(EntryID?, isThere: Bool)

        package var description: String {
            switch self {
            case .record(let text, let id): id == nil ? "\(text) without id" : text
            case .gap: "gap"
            case .end: "end"
            case .dropped: "dropped"
            case .resumed: "resumed"
            }
        }
    }

    /// A page on its way.
    private enum Page {
        case issued(PageRequest)

        /// What Redis has answered lacks something that the past may have.
        case lacking(EncodedPage, EncodedPage.Lack, since: Moment)
        case answered(EncodedPage)
    }

    package let query: ViewerQuery
    package private(set) var sights: [Sight] = []

    /// The gateway that the client is connected to.
    package private(set) var gateway: Int?

    /// The id with which the client comes back.
    package private(set) var cursor: EntryID?

    /// Whether the topic is to look into the stream.
    package var asksForLook = false

    /// Whether it was told that it has seen everything.
    package private(set) var isOver = false

    /// Whether every connection was there all the time, and none was behind.
    package private(set) var wasAlwaysThere = true
    private var state: ViewerState
    private var page: Page?
    private var greets = false

    package init(query: ViewerQuery, at gateway: Int) {
        self.query = query
        state = ViewerState(query: query)
        self.gateway = gateway
        greets = true
    }

    package var hasPage: Bool { page != nil }
    package var isPlaced: Bool { state.isPlaced }

    /// Whether the last records are still to be read: they are the last ones as of when Redis answers.
    package var asksForTail: Bool {
        if case .answered = page { false } else { state.asksForTail }
    }
    package var isWaiting: Bool { gateway == nil && !isOver }

    /// Loses the connection.
    package mutating func drop() {
        guard gateway != nil else { return }
        gateway = nil
        page = nil
        wasAlwaysThere = false
        sights.append(.dropped)
    }

    /// Comes back.
    ///
    /// - Parameter isThere: Whether the stream still has the entry that the client has seen last.
    package mutating func resume(at gateway: Int, _ log: TopicLog, isThere: Bool) {
        guard isWaiting else { return }
        if let cursor, log.isLoaded, log.isOver(after: cursor) {
            isOver = true
            return
        }
        self.gateway = gateway
        var query = self.query
        if let cursor { query.start = .after(cursor) }
        state = ViewerState(query: query)
        greets = true
        sights.append(.resumed(self.cursor, isThere: isThere))
    }

    /// Takes what there is, in so many writes at most.
    package mutating func pump(_ log: inout TopicLog, writes: Int) {
        for _ in 0..<writes where gateway != nil {
            if self.page != nil { return }
            state.resume()
            guard perform(state.next(&log)) else { return }
        }
    }

    /// Takes the page that is on its way a step further.
    ///
    /// - Parameters:
    ///   - past: What is kept of records that Redis does not have; `nil` if nothing is.
    ///   - fails: Whether it cannot be read, or the past is not waited for any longer.
    package mutating func advance(
        _ stream: SimulatedStream,
        _ past: SimulatedPast?,
        _ log: inout TopicLog,
        fails: Bool,
        at now: Moment
    ) {
        switch self.page {
        case nil:
            break
        case .issued where fails:
            self.page = nil
            state.takeFailure()
        case .issued(let request):
            let continued =
                request.isInPast
                ? past.flatMap { EncodedPage($0.page(PastQuery(for: request)), ifFullFor: request, at: now) } : nil
            var page = continued ?? SimulatedGateway.page(stream, for: request)
            page.losses = Array(log.losses)
            self.page =
                past == nil ? .answered(page) : page.lack.map { .lacking(page, $0, since: now) } ?? .answered(page)
        case .lacking(let page, let lack, let since):
            let isPatient = !fails && now.uptime < since.uptime + 3000
            guard let found = past?.page(PastQuery(for: lack)), !isPatient || !found.isToGrow else { return }
            self.page = .answered(page.completed(by: found, lack, at: now))
        case .answered(let page):
            self.page = nil
            wasAlwaysThere = false
            _ = perform(state.take(page, &log))
        }
    }

    private mutating func perform(_ action: ViewerState.Action) -> Bool {
        if greets, state.isPlaced {
            greets = false
            if let id = state.startID { cursor = id }
        }
        switch action {
        case .nothing:
            return false
        case .write(let bytes, let isEnd):
            take(bytes)
            if isEnd { gateway = nil }
            return !isEnd
        case .read(let request):
            page = .issued(request)
            return false
        case .look:
            asksForLook = true
            return false
        case .end:
            gateway = nil
            isOver = true
            return false
        }
    }

    /// Reads events as an EventSource does.
    private mutating func take(_ bytes: ByteBuffer) {
        var id: EntryID?
        var event: StreamEvent?
        for line in String(buffer: bytes).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("id: ") { id = EntryID(line.dropFirst(4)) }
            if line.hasPrefix("data: ") { event = StreamEvent(json: line.dropFirst(6).utf8) }
            guard line.isEmpty else { continue }
            if let id { cursor = id }
            switch event {
            case .log(let log, _): sights.append(.record(log.message, id))
            case .gap: sights.append(.gap)
            case .end, .batchEnd: sights.append(.end(id))
            default: break
            }
            (id, event) = (nil, nil)
        }
    }
}
