//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import NIOCore
import ServerSentEvents

/// Turns the bytes of our own events into those of another protocol. It does no I/O.
struct TranslatedEvents: Sendable {
    var translator: any StreamTranslator
    private var parser = EventParser()
    private var id: String?

    /// How many events came that have no id, which are told apart by it.
    private var unstored = 0

    init(_ translator: any StreamTranslator) { self.translator = translator }

    /// Translates whole events.
    mutating func translate(_ part: ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer()
        for event in self.parser.feed(part.readableBytesView) {
            guard let known = StreamEvent(json: event.data.utf8) else { continue }
            let isStored = event.id != id
            id = event.id
            if !isStored { unstored += 1 }
            let name = isStored ? event.id ?? "0-0" : "\(id ?? "0-0")-\(unstored)"
            let events = translator.events(of: known, id: name)
            // The id comes with the last one, so that none is left out when the connection ends in between.
            for (index, event) in events.enumerated() {
                Self.append(event.text, id: isStored && index + 1 == events.count ? id : nil, to: &bytes)
            }
            if case .end = known, let last = translator.last { Self.append(last, to: &bytes) }
        }
        return bytes
    }

    /// Adds an event.
    static func append(_ data: String, id: String? = nil, to bytes: inout ByteBuffer) {
        if let id { bytes.writeString("id: \(id)\n") }
        bytes.writeString("data: \(data)\n\n")
    }
}
