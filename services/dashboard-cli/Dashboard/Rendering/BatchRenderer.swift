//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Turns the events of a batch into lines that each begin with their run.
struct BatchRenderer: LineRenderer {
    /// The runs of a batch that were given no name are called after it; that part is left out.
    private let ownPrefix: String
    private var plain: EventRenderer
    private var renderers: [Identifier: EventRenderer] = [:]
    private var width = 0

    init(batchID: Identifier, plain: EventRenderer) {
        ownPrefix = "\(batchID)."
        self.plain = plain
    }

    mutating func text(for event: StreamEvent) -> String {
        switch event {
        case .log(let record, _), .screenshot(let record, _):
            plain.newDate(record.timestamp) + text(for: event, of: record.requestID)
        case .end(let end): text(for: event, of: end.requestID, isLast: true)
        default: plain.text(for: event)
        }
    }

    private mutating func text(for event: StreamEvent, of requestID: Identifier, isLast: Bool = false) -> String {
        var renderer = renderers[requestID] ?? plain
        renderer.shownDate = plain.shownDate
        let text = renderer.text(for: event)
        renderers[requestID] = isLast ? nil : renderer
        let mark = self.mark(requestID)
        return text.split(separator: "\n").map { mark + $0 + "\n" }.joined()
    }

    /// `3 │ `, as wide as the longest so far.
    private mutating func mark(_ requestID: Identifier) -> String {
        let name = requestID.rawValue
        let shown = String(name.hasPrefix(ownPrefix) ? name.dropFirst(ownPrefix.count) : name[...])
        width = max(width, shown.count)
        return plain.style(.cyan, TextWidth.padded(shown, to: width)) + plain.style(.dim, " │ ")
    }
}
