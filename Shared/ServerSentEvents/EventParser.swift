//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Parses the `text/event-stream` format (WHATWG HTML, section 9.2.6) incrementally. The input may be split anywhere:
/// between CR and LF, inside the byte order mark, or inside a character.
///
/// A pure state machine: bytes in, events out, no I/O.
package struct EventParser: Sendable {
    /// The id to send as `Last-Event-ID` when reconnecting; empty if there is none. It advances with each dispatched
    /// event, not with each `id` line: an event cut off by a lost connection was not received.
    package private(set) var lastEventID = ""

    /// The stream's latest `retry`, in milliseconds.
    package private(set) var retry: Int?

    /// The largest event and the longest line, in bytes. Anything larger is dropped up to the next blank line, so that
    /// a stream that never ends a line cannot exhaust the memory.
    package let maximumEventSize: Int

    /// The number of events dropped because of their size.
    package private(set) var oversizedEvents = 0

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var eventType = ""
    private var pendingID: String
    private var skipsLineFeed = false
    private var isOversized = false
    private var markProgress: Int? = 0

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// A parser at the start of a stream.
    ///
    /// - Parameters:
    ///   - lastEventID: The id that the stream was resumed from, if any. A client that reconnects keeps it.
    ///   - maximumEventSize: In bytes, 16 MiB by default.
    package init(lastEventID: String = "", maximumEventSize: Int = 16 << 20) {
        self.lastEventID = lastEventID
        pendingID = lastEventID
        self.maximumEventSize = max(1, maximumEventSize)
    }

    /// Consumes bytes and returns the events that they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        let done: Void? = bytes.withContiguousStorageIfAvailable { consume($0, into: &events) }
        if done == nil { Array(bytes).withUnsafeBufferPointer { consume($0, into: &events) } }
        return events
    }

    private mutating func consume(_ bytes: UnsafeBufferPointer<UInt8>, into events: inout [ServerSentEvent]) {
        var index = bytes.startIndex
        while let matched = markProgress, index < bytes.endIndex {
            if bytes[index] == Self.byteOrderMark[matched] {
                index += 1
                markProgress = matched == 2 ? nil : matched + 1
            } else {
                line.append(contentsOf: Self.byteOrderMark[..<matched])
                markProgress = nil
            }
        }
        if skipsLineFeed, index < bytes.endIndex {
            skipsLineFeed = false
            if bytes[index] == UInt8(ascii: "\n") { index += 1 }
        }
        while index < bytes.endIndex {
            let rest = bytes[index...]
            guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
                appendToLine(rest)
                return
            }
            appendToLine(bytes[index..<end])
            endLine(into: &events)
            index = end + 1
            if bytes[end] == UInt8(ascii: "\r") {
                if index == bytes.endIndex {
                    skipsLineFeed = true
                } else if bytes[index] == UInt8(ascii: "\n") {
                    index += 1
                }
            }
        }
    }

    private mutating func appendToLine(_ part: Slice<UnsafeBufferPointer<UInt8>>) {
        if self.line.count + part.count + data.count > maximumEventSize { isOversized = true }
        if isOversized {
            // Only whether the line is blank still matters, since a blank line ends the event.
            if self.line.isEmpty, let first = part.first { self.line = [first] }
        } else {
            self.line.append(contentsOf: part)
        }
    }

    private mutating func endLine(into events: inout [ServerSentEvent]) {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty {
            if let event = dispatch() { events.append(event) }
        } else if isOversized {
            return
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            guard colon > 0 else { return }
            var value = line[(colon + 1)...]
            if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
            field(line[..<colon], value)
        } else {
            field(line[...], [])
        }
    }

    private mutating func field(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if name.elementsEqual("data".utf8) {
            if hasData { self.data.append(UInt8(ascii: "\n")) }
            self.data.append(contentsOf: value)
            hasData = true
        } else if name.elementsEqual("id".utf8) {
            if !value.contains(0) { pendingID = String(decoding: value, as: UTF8.self) }
        } else if name.elementsEqual("event".utf8) {
            eventType = String(decoding: value, as: UTF8.self)
        } else if name.elementsEqual("retry".utf8) {
            let isNumber = !value.isEmpty && value.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            if isNumber, let retry = Int(String(decoding: value, as: UTF8.self)) { self.retry = retry }
        }
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            data.removeAll(keepingCapacity: true)
            hasData = false
            eventType = ""
            isOversized = false
        }
        if isOversized {
            oversizedEvents += 1
            pendingID = lastEventID
            return nil
        }
        lastEventID = pendingID
        guard hasData else { return nil }
        return ServerSentEvent(
            data: String(decoding: data, as: UTF8.self),
            event: eventType.isEmpty ? nil : eventType,
            id: lastEventID.isEmpty ? nil : lastEventID
        )
    }
}
