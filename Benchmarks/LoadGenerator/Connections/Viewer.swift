//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// One viewer of one run, from its connection to the check of what it sees.
struct Viewer {
    enum Phase: UInt8 {
        case idle
        case connecting
        case head
        case streaming
        case closed
    }

    var socket: Int32 = -1
    var phase = Phase.idle
    /// Which run it watches, counted from 0.
    var run: Int
    var check: SequenceCheck
    var reader: EventReader

    private var response = ResponseReader()

    init(run: Int, textLength: Int, next: Int) {
        self.run = run
        check = SequenceCheck(next: next)
        reader = EventReader(textLength: textLength)
    }

    /// Reads what came from the server.
    ///
    /// - Parameter deliveries: Where it is counted.
    /// - Throws: ``LoadError`` for a response that is no stream of events.
    mutating func receive(_ bytes: UnsafeBufferPointer<UInt8>, into deliveries: inout Deliveries) throws(LoadError) {
        if phase == .streaming {
            self.body(bytes, into: &deliveries)
            return
        }
        guard let (head, body) = try response.readHead(bytes) else { return }
        if head.status != 200 {
            throw LoadError("a viewer got status \(head.status): \(String(decoding: body.prefix(300), as: UTF8.self))")
        }
        phase = .streaming
        body.withUnsafeBufferPointer { self.body($0, into: &deliveries) }
    }

    private mutating func body(_ bytes: UnsafeBufferPointer<UInt8>, into deliveries: inout Deliveries) {
        deliveries.bytes += bytes.count
        var response = ResponseReader()
        swap(&response, &self.response)
        response.readBody(bytes) { events($0, into: &deliveries) }
        if response.isMalformed { deliveries.malformed += 1 }
        swap(&response, &self.response)
    }

    private mutating func events(_ bytes: UnsafeBufferPointer<UInt8>, into deliveries: inout Deliveries) {
        if bytes.isEmpty { return }
        if !reader.hasBegun { deliveries.begun += 1 }
        let (run, now) = (self.run, Clock.now)
        var check = self.check
        reader.read(bytes) { event in
            switch event {
            case .record(let content) where content.run == run:
                if check.see(content.seq) { deliveries.count(content.due, at: now) }
            case .record, .malformed:
                deliveries.malformed += 1
            case .heartbeat:
                deliveries.heartbeats += 1
            case .other:
                deliveries.others += 1
            }
        }
        self.check = check
    }
}
