//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads Server-Sent Events (WHATWG HTML, section 9.2.6) from a body that is cut anywhere.
struct EventStream {
    /// One event. Without data it only moves the last event id; a browser shows it to nobody.
    struct Event {
        var id: EntryID?
        var data: String
    }

    private var line: [UInt8] = []
    private var id: EntryID?
    private var data: [UInt8] = []
    private var hasData = false

    /// Reads on.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> [Event] {
        var events: [Event] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 10) {
            line.append(contentsOf: rest[..<end])
            if line.last == 13 { line.removeLast() }
            if let event = take() { events.append(event) }
            line.removeAll(keepingCapacity: true)
            rest = rest[(end + 1)...]
        }
        line.append(contentsOf: rest)
        return events
    }

    private mutating func take() -> Event? {
        if line.isEmpty {
            defer { (id, hasData) = (nil, false) }
            if !hasData { return id.map { Event(id: $0, data: "") } }
            let event = Event(id: id, data: String(decoding: data, as: UTF8.self))
            data.removeAll(keepingCapacity: true)
            return event
        }
        if line.starts(with: "data:".utf8) {
            if hasData { data.append(10) }
            hasData = true
            data.append(contentsOf: value(after: 5))
        } else if line.starts(with: "id:".utf8) {
            id = EntryID(String(decoding: value(after: 3), as: UTF8.self))
        }
        return nil
    }

    private func value(after name: Int) -> ArraySlice<UInt8> {
        let value = line[name...]
        return value.first == 32 ? value.dropFirst() : value
    }
}
