//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServerSentEvents

extension FuzzTarget {
    static let events = FuzzTarget(name: "events") { input throws(BrokenPromise) in
        for limit in [24, 1 << 20] {
            let whole = read([input[...]], limit)
            try promise(read(pieces(of: input), limit) == whole, "in pieces the events are others than \(whole.events)")
            guard limit > 24 else { continue }
            var bytes: [UInt8] = []
            for event in whole.events {
                EventEncoder.append(data: event.data.utf8, event: event.event, id: event.id ?? "", to: &bytes)
            }
            let again = read([bytes[...]], .max).events
            try promise(again == whole.events, "written and read again, \(whole.events) are \(again)")
        }
    }

    private struct Outcome: Equatable {
        var events: [ServerSentEvent] = []
        var lastEventID = ""
        var retry: Int?
        var oversizedEvents = 0
    }

    private static func read(_ pieces: [ArraySlice<UInt8>], _ limit: Int) -> Outcome {
        var parser = EventParser(maximumEventSize: limit)
        let events = pieces.flatMap { parser.feed($0) }
        return Outcome(
            events: events,
            lastEventID: parser.lastEventID,
            retry: parser.retry,
            oversizedEvents: parser.oversizedEvents
        )
    }
}
