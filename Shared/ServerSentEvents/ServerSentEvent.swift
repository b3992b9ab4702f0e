//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
package struct ServerSentEvent: Hashable, Sendable {
    /// The data, its lines joined by line feeds.
    package var data: String

    /// The event's type. `nil` is an unnamed event, which a page receives as `message`.
    package var event: String?

    /// The last event id as of this event. `nil` if the stream has not set one.
    package var id: String?

    package init(data: String, event: String? = nil, id: String? = nil) {
        self.data = data
        self.event = event
        self.id = id
    }
}
