//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

/// What a run has done, as sentences that do it again.
package struct Recording: Sendable, Hashable {
    /// One action.
    package struct Entry: Sendable, Hashable {
        package enum Content: Sendable, Hashable {
            /// A sentence that repeats it.
            case sentence(String)
            /// There is no sentence that does.
            case unwritable(action: String, reason: String)
        }

        /// The step that it was done in.
        package var step: Int
        package var content: Content

        package init(step: Int, _ content: Content) {
            self.step = step
            self.content = content
        }
    }

    package private(set) var entries: [Entry] = []
    /// Whether there was more than is kept.
    package private(set) var isCut = false
    private var size = 0

    /// The most bytes of all texts together.
    private static let mostBytes = 32 << 10
    private static let mostEntries = 1000

    package init() {}

    package mutating func add(_ step: Int, _ content: Entry.Content) {
        switch content {
        case .sentence(let text): size += text.utf8.count
        case .unwritable(let action, let reason): size += action.utf8.count + reason.utf8.count
        }
        guard size <= Self.mostBytes, entries.count < Self.mostEntries else {
            isCut = true
            return
        }
        entries.append(Entry(step: step, content))
    }

    package mutating func add(_ other: Recording) {
        for entry in other.entries { add(entry.step, entry.content) }
        isCut = isCut || other.isCut
    }

    /// The recording with its texts changed, for example without secrets.
    package func mapTexts(_ change: (String) -> String) -> Recording {
        var copy = self
        copy.entries = entries.map { entry in
            switch entry.content {
            case .sentence(let text): Entry(step: entry.step, .sentence(change(text)))
            case .unwritable(let action, let reason):
                Entry(step: entry.step, .unwritable(action: action, reason: change(reason)))
            }
        }
        return copy
    }

    // MARK: As it is stored

    package var json: JSONValue {
        let list = entries.map { entry -> JSONValue in
            let step = JSONValue.integer(Int64(entry.step))
            return switch entry.content {
            case .sentence(let text): ["step": step, "sentence": .string(text)]
            case .unwritable(let action, let reason):
                ["step": step, "action": .string(action), "reason": .string(reason)]
            }
        }
        return ["entries": .array(list), "is_cut": .bool(isCut)]
    }

    /// Reads what was stored; `nil` if it is something else.
    package init?(json: JSONValue) {
        guard let list = json["entries"]?.array else { return nil }
        for entry in list {
            guard let step = entry["step"]?.integer else { return nil }
            if let text = entry["sentence"]?.string {
                add(step, .sentence(text))
            } else if let action = entry["action"]?.string, let reason = entry["reason"]?.string {
                add(step, .unwritable(action: action, reason: reason))
            } else {
                return nil
            }
        }
        isCut = isCut || json["is_cut"] == .bool(true)
    }
}
