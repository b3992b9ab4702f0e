//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Reads Server-Sent Events (WHATWG HTML, section 9.2.6) from a body that is cut anywhere.
struct EventStream {
    /// One event. Without data it only moves the last event id; a browser shows it to nobody.
    struct Event {
        var id: EntryID?
        var data: String
    }

    private var lines = EventLines()
    private var id: EntryID?
    private var data: [UInt8] = []
    private var hasData = false

    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> [Event] {
        var events: [Event] = []
        var lines = EventLines()
        swap(&lines, &self.lines)
        _ = lines.read(bytes) { line in
            if let event = take(line) { events.append(event) }
        }
        swap(&lines, &self.lines)
        return events
    }

    private mutating func take(_ line: UnsafeBufferPointer<UInt8>) -> Event? {
        if line.isEmpty {
            defer { (id, hasData) = (nil, false) }
            if !hasData { return id.map { Event(id: $0, data: "") } }
            let event = Event(id: id, data: String(decoding: data, as: UTF8.self))
            data.removeAll(keepingCapacity: true)
            return event
        }
        if let value = EventLines.value(of: "data:", in: line) {
            if hasData { data.append(10) }
            hasData = true
            data.append(contentsOf: value)
        } else if let value = EventLines.value(of: "id:", in: line) {
            id = EntryID(String(decoding: value, as: UTF8.self))
        }
        return nil
    }
}
