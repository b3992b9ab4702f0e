//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import JSON

/// One grant of a token: permissions on the runs that match.
///
/// Each name that a grant has must match; a name that is left out matches everything.
package struct Grant: Sendable, Hashable {
    package var permissions: Set<Permission>
    package var requestID: NamePattern?
    package var batchID: NamePattern?
    package var sessionID: NamePattern?

    package init(
        _ permissions: Set<Permission>,
        requestID: NamePattern? = nil,
        batchID: NamePattern? = nil,
        sessionID: NamePattern? = nil
    ) {
        self.permissions = permissions
        self.requestID = requestID
        self.batchID = batchID
        self.sessionID = sessionID
    }

    /// Whether the grant is for everything, not for some runs only.
    package var isUnlimited: Bool { requestID == nil && batchID == nil && sessionID == nil }

    /// Whether the grant covers something of these names.
    func covers(_ names: RunNames) -> Bool {
        func fits(_ pattern: NamePattern?, _ name: Identifier?) -> Bool {
            guard let pattern else { return true }
            return name.map(pattern.matches) ?? false
        }
        return fits(requestID, names.requestID) && fits(batchID, names.batchID) && fits(sessionID, names.sessionID)
    }

    /// Whether only a run's batch and session can tell if the grant covers it.
    func depends(onMoreThan requestID: Identifier) -> Bool {
        (batchID != nil || sessionID != nil) && (self.requestID?.matches(requestID) ?? true)
    }
}

/// A run, a session or a batch by its names, as far as they are known.
package struct RunNames: Sendable, Hashable {
    package var requestID: Identifier?
    package var batchID: Identifier?
    package var sessionID: Identifier?

    package init(requestID: Identifier? = nil, batchID: Identifier? = nil, sessionID: Identifier? = nil) {
        self.requestID = requestID
        self.batchID = batchID
        self.sessionID = sessionID
    }
}

/// A name, or the beginning of names followed by `*`.
package struct NamePattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as it is written.
    package let description: String

    private let isPrefix: Bool
    private let text: String

    /// Reads `name`, `na*` or `*`; `nil` for anything else.
    package init?(_ text: String) {
        isPrefix = text.hasSuffix("*")
        self.text = isPrefix ? String(text.dropLast()) : text
        description = text
        guard self.text.isEmpty ? isPrefix : Identifier.isBeginning(self.text) else { return nil }
    }

    /// The pattern of one name.
    package init(_ name: Identifier) {
        (isPrefix, text, description) = (false, name.rawValue, name.rawValue)
    }

    /// Whether the pattern is one name.
    package var isName: Bool { !isPrefix }

    package func matches(_ name: Identifier) -> Bool {
        isPrefix ? name.rawValue.hasPrefix(text) : name.rawValue == text
    }
}

extension Identifier {
    /// Whether identifiers can begin with a text. `.` and `..` are no identifiers, but others begin with them.
    fileprivate static func isBeginning(_ text: String) -> Bool {
        Identifier(rawValue: text) != nil || Identifier(rawValue: text + "a") != nil
    }
}

extension Grant {
    /// Reads a grant of the claim `stepcast`.
    ///
    /// A member that is not known might narrow the grant, so it is refused.
    ///
    /// - Throws: ``TokenFault`` that names what is wrong.
    package init(_ value: JSONValue) throws(TokenFault) {
        guard let members = value.object else { throw .malformed("a grant is \(value.kind), not an object") }
        let known: Set = ["do", "request_id", "batch_id", "session_id"]
        if let name = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw .malformed("a grant has the member \"\(name)\"; known are do, request_id, batch_id and session_id")
        }
        guard let names = members["do"]?.array else { throw .malformed("a grant has no list \"do\"") }
        var permissions: Set<Permission> = []
        for name in names {
            guard let permission = name.string.flatMap(Permission.init(rawValue:)) else {
                throw .malformed("a grant's \"do\" has \(name.text); known are view, run, control and admin")
            }
            permissions.insert(permission)
        }
        func pattern(_ name: String) throws(TokenFault) -> NamePattern? {
            guard let value = members[name] else { return nil }
            guard let pattern = value.string.flatMap(NamePattern.init) else {
                throw .malformed("a grant's \(name) is \(value.text); it must be a name, or the beginning of one and *")
            }
            return pattern
        }
        self.init(
            permissions,
            requestID: try pattern("request_id"),
            batchID: try pattern("batch_id"),
            sessionID: try pattern("session_id")
        )
    }

    /// The grant as it stands in the claim.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "do": .array(Permission.allCases.filter(permissions.contains).map { .string($0.rawValue) })
        ]
        members["request_id"] = requestID.map { .string($0.description) }
        members["batch_id"] = batchID.map { .string($0.description) }
        members["session_id"] = sessionID.map { .string($0.description) }
        return .object(members)
    }
}
