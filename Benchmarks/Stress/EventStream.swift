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
            self.line.append(contentsOf: rest[..<end])
            if self.line.last == 13 { self.line.removeLast() }
            if let event = self.take() { events.append(event) }
            self.line.removeAll(keepingCapacity: true)
            rest = rest[(end + 1)...]
        }
        self.line.append(contentsOf: rest)
        return events
    }

    private mutating func take() -> Event? {
        if self.line.isEmpty {
            defer { (self.id, self.hasData) = (nil, false) }
            if !self.hasData { return self.id.map { Event(id: $0, data: "") } }
            let event = Event(id: self.id, data: String(decoding: self.data, as: UTF8.self))
            self.data.removeAll(keepingCapacity: true)
            return event
        }
        if self.line.starts(with: "data:".utf8) {
            if self.hasData { self.data.append(10) }
            self.hasData = true
            self.data.append(contentsOf: self.value(after: 5))
        } else if self.line.starts(with: "id:".utf8) {
            self.id = EntryID(String(decoding: self.value(after: 3), as: UTF8.self))
        }
        return nil
    }

    private func value(after name: Int) -> ArraySlice<UInt8> {
        let value = self.line[name...]
        return value.first == 32 ? value.dropFirst() : value
    }
}
