//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts

/// A URL that is told of events of a run: the field `webhook` of `POST /api/agents` (protocol, section 4).
///
/// Its description does not show the secret.
package struct Webhook: JSONObject, Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// What is told.
    package enum Event: String, Codable, Sendable, Hashable, CaseIterable {
        case completed = "run.completed"
        case failed = "run.failed"
        case cancelled = "run.cancelled"
        case timedOut = "run.timed_out"
        /// The run waits for a person.
        case waiting = "run.waiting"
    }

    /// An `http` or `https` URL.
    package var url: String

    /// What it is told of.
    package var events: [Event]

    /// The secret that signs what is told, `whsec_` and base64.
    package var secret: String?

    package init(url: String, events: [Event] = Event.allCases, secret: String? = nil) {
        self.url = url
        self.events = events
        self.secret = secret
    }

    package var description: String { "\(url) \(events)" }

    package var customMirror: Mirror { Mirror(self, children: ["url": url]) }

    /// The most characters of a URL.
    package static let longestURL = 2048

    /// What a URL must be, for messages.
    package static let rule =
        "an http or https URL of at most \(longestURL) characters of ASCII, without a user name, a password or a fragment"

    /// Whether something can be posted to a URL.
    package static func isURL(_ url: String) -> Bool {
        guard url.utf8.count <= longestURL, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", !url.contains("#"), !url.contains("\\") else { return false }
        let authority = url.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" }
        return !authority.contains("@") && WebOrigin(url: url) != nil
    }
}
