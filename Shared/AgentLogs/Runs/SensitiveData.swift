//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Secrets that a run may type: the field `sensitive_data` of `POST /api/agents` (protocol, section 4).
///
/// Its description shows names and domains, never values.
package struct SensitiveData: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Values by name, grouped by the domain pattern that they are for. Those under the empty string are for the run's
    /// `allowed_domains`.
    package var values: [String: [String: String]]

    package init(values: [String: [String: String]]) { self.values = values }

    /// Reads the two forms of the field: `{"https://example.com": {"x_password": "…"}}` and `{"x_password": "…"}`.
    ///
    /// - Returns: `nil` if the value has neither form.
    package init?(_ value: JSONValue) {
        guard let members = value.object else { return nil }
        var values: [String: [String: String]] = [:]
        for (name, member) in members {
            if let text = member.string {
                values["", default: [:]][name] = text
            } else if let group = member.object {
                var texts: [String: String] = [:]
                for (name, member) in group {
                    guard let text = member.string else { return nil }
                    texts[name] = text
                }
                values[name] = texts
            } else {
                return nil
            }
        }
        self.values = values
    }

    /// The field as it is posted, including the values.
    package var json: JSONValue {
        var members = (self.values[""] ?? [:]).mapValues(JSONValue.string)
        for (domain, values) in self.values where !domain.isEmpty {
            members[domain] = .object(values.mapValues(JSONValue.string))
        }
        return .object(members)
    }

    /// The sorted names by domain pattern: what may be stored and shown.
    package var names: [String: [String]] { values.mapValues { $0.keys.sorted() } }

    /// Names and domains.
    package var description: String { "\(names)" }

    /// Names and domains.
    package var customMirror: Mirror { Mirror(self, children: ["names": self.names]) }
}
