//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// What the pages of one run reported: the first and the last state of each document.
struct PageStates: Sendable {
    /// Forms sent to the server, in order.
    static let submitted = "submitted"
    /// Files fetched from the server, in order.
    static let downloads = "downloads"

    private(set) var first: [String: JSONValue] = [submitted: .array([]), downloads: .array([])]
    private(set) var last: [String: JSONValue] = [submitted: .array([]), downloads: .array([])]

    var isAnyPageOpened: Bool { first.count > 2 }

    /// Whether nothing has changed since the documents were first shown.
    var isUntouched: Bool { first == last }

    mutating func report(_ document: String, _ state: JSONValue) {
        let state = state.withoutNulls
        if first[document] == nil { first[document] = state }
        last[document] = state
    }

    mutating func append(_ value: JSONValue, to list: String) {
        last[list] = .array((last[list]?.array ?? []) + [value])
    }

    /// Whether exactly these changes were made since the documents were first shown.
    ///
    /// - Parameter patches: By document, a JSON merge patch of its first state.
    func haveChanged(by patches: [String: JSONValue]) -> Bool {
        Set(first.keys).union(patches.keys).allSatisfy { document in
            guard let patch = patches[document] else { return first[document] == last[document] }
            return last[document] == (first[document] ?? .object([:])).merging(patch)
        }
    }

    /// The changed documents' states, as JSON.
    var changes: JSONValue { .object(last.filter { first[$0.key] != $0.value }) }
}

extension JSONValue {
    /// The value without members that are `null`, which a merge patch cannot distinguish from missing ones.
    fileprivate var withoutNulls: JSONValue {
        switch self {
        case .object(let members):
            .object(members.compactMapValues { $0 == .null ? nil : $0.withoutNulls })
        case .array(let elements): .array(elements.map(\.withoutNulls))
        default: self
        }
    }

    /// The value after a merge patch (RFC 7386).
    fileprivate func merging(_ patch: JSONValue) -> JSONValue {
        guard let members = patch.object else { return patch }
        var result = object ?? [:]
        for (name, value) in members {
            result[name] = value == .null ? nil : (result[name] ?? .null).merging(value)
        }
        return .object(result)
    }
}
