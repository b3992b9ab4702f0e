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

    private var head: [UInt8] = []
    private var chunks: ChunkDecoder?

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
        self.head.append(contentsOf: bytes)
        guard let head = try ResponseHead(self.head) else { return }
        if head.status != 200 {
            let body = String(decoding: self.head[head.length...].prefix(300), as: UTF8.self)
            throw LoadError("a viewer got status \(head.status): \(body)")
        }
        phase = .streaming
        if head.isChunked { chunks = ChunkDecoder() }
        var rest: [UInt8] = []
        swap(&rest, &self.head)
        rest.withUnsafeBufferPointer { bytes in
            self.body(UnsafeBufferPointer(rebasing: bytes[head.length...]), into: &deliveries)
        }
    }

    private mutating func body(_ bytes: UnsafeBufferPointer<UInt8>, into deliveries: inout Deliveries) {
        deliveries.bytes += bytes.count
        guard var chunks = self.chunks else {
            events(bytes, into: &deliveries)
            return
        }
        var input = bytes
        while let piece = chunks.next(&input) { events(piece, into: &deliveries) }
        if chunks.isMalformed { deliveries.malformed += 1 }
        self.chunks = chunks
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
