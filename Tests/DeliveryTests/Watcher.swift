//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

@testable import Delivery

/// A viewer by its state alone, and what it was shown.
struct Watcher {
    private var state: ViewerState

    /// What comes of a look into the stream that it asks for: nothing new, unless told otherwise.
    var look: (inout TopicLog) -> Void = { $0.look() }

    /// Everything that it was shown, as short words.
    private(set) var words: [String] = []

    /// The page that it waits for.
    private(set) var request: PageRequest?

    private(set) var isClosed = false

    /// Whether it got all that is behind the id that it came with.
    var isRecovered: Bool? { state.isRecovered }

    /// The last id that it was given, as an EventSource keeps it.
    private(set) var cursor: EntryID?

    init(_ start: ViewerQuery.Start, level: LogLevel = .debug) {
        var query = ViewerQuery()
        query.start = start
        query.level = level
        state = ViewerState(query: query)
    }

    /// Takes what there is, until it has to wait for something.
    mutating func pump(_ log: inout TopicLog, writes: Int = .max) {
        var writes = writes
        while writes > 0, request == nil, perform(state.next(&log), &log) { writes -= 1 }
    }

    /// Takes the page that it waits for.
    mutating func take(_ page: StreamPage, _ log: inout TopicLog) {
        guard let request = self.request.take() else { return }
        let encoder = FrameEncoder(name: request.name, prefix: "browser_use_logs")
        _ = perform(state.take(EncodedPage(page, for: request, encoder: encoder), &log), &log)
        if !isClosed { pump(&log) }
    }

    /// Its page could not be read.
    mutating func fail(_ log: inout TopicLog) {
        request = nil
        state.takeFailure()
        state.resume()
        pump(&log)
    }

    /// Takes what it was shown so far.
    mutating func takeWords() -> [String] {
        defer { words = [] }
        return words
    }

    private mutating func perform(_ action: ViewerState.Action, _ log: inout TopicLog) -> Bool {
        switch action {
        case .nothing:
            return false
        case .write(let bytes, let isEnd):
            words += bytes.words
            for line in String(buffer: bytes).split(separator: "\n") where line.hasPrefix("id: ") {
                cursor = EntryID(line.dropFirst(4))
            }
            isClosed = isEnd
            return !isEnd
        case .read(let request):
            self.request = request
            return false
        case .look:
            look(&log)
            return true
        case .end:
            isClosed = true
            return false
        }
    }
}
