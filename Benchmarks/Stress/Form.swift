//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How a record gets into Redis: what a publisher stores, what it publishes, and in which order.
enum Form: String, CaseIterable {
    /// By the protocol's script: stored with a number, and published as JSON that has the entry's id.
    case ours
    /// The same with `LOG_PUBSUB_JSON=0`: the text alone is published.
    case oursAsText = "ours, text published"
    /// The same with `LOG_PUBSUB=0`: nothing is published.
    case oursUnpublished = "ours, unpublished"
    /// As the handler for Python's `logging` writes.
    case python
    case storedThenJSON = "XADD, PUBLISH JSON"
    case jsonThenStored = "PUBLISH JSON, XADD"
    case storedThenText = "XADD, PUBLISH text"
    case textThenStored = "PUBLISH text, XADD"
    case stored = "XADD alone"
    case json = "PUBLISH JSON alone"
    case text = "PUBLISH text alone"

    /// Whether its records are numbered from 1, and so tell a hole.
    var isNumbered: Bool {
        switch self {
        case .ours, .oursAsText, .oursUnpublished, .python: true
        default: false
        }
    }

    var isStored: Bool { self != .json && self != .text }

    /// Whether the message comes before the entry.
    var isPublishedFirst: Bool {
        switch self {
        case .jsonThenStored, .textThenStored, .json, .text: true
        default: false
        }
    }

    /// Whether the message and the entry come by commands of their own.
    var isInTwoParts: Bool {
        switch self {
        case .storedThenJSON, .jsonThenStored, .storedThenText, .textThenStored: true
        default: false
        }
    }

    /// Whether the message is a JSON object.
    var publishesJSON: Bool {
        switch self {
        case .ours, .python, .storedThenJSON, .jsonThenStored, .json: true
        default: false
        }
    }

    /// Whether it says how severe the record is. What does not is `INFO`.
    var hasLevel: Bool {
        switch self {
        case .storedThenText, .textThenStored, .text: false
        default: true
        }
    }
}
