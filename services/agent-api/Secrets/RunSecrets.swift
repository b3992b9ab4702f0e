//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import Hosts

/// The secrets of a run: where each may be typed, and the mask that hides them everywhere else.
package struct RunSecrets: Sendable, CustomStringConvertible {
    /// A value and the places where it may be typed.
    private struct Binding: Sendable {
        var name: String
        var value: String
        /// At least one must match.
        var patterns: [DomainPattern]
        /// How specific they are: a longer pattern matches less.
        var weight: Int

        func matches(_ origin: WebOrigin) -> Bool { patterns.contains { $0.matches(origin) } }
    }

    private let bindings: [Binding]

    /// Hides the values in texts.
    package let mask: SecretMask

    /// A run without secrets.
    package static let none = RunSecrets()

    private init() {
        bindings = []
        mask = .none
    }

    /// Creates the secrets of a run.
    ///
    /// A domain without a scheme means `https` only: a secret is not sent unencrypted unless requested.
    ///
    /// - Parameter allowedDomains: The domains for values without domains of their own.
    /// - Throws: ``InvalidDomainPattern`` for an invalid domain.
    package init(_ data: SensitiveData, allowedDomains: [DomainPattern]) throws(InvalidDomainPattern) {
        var bindings: [Binding] = []
        for (domain, values) in data.values {
            let domains = domain.isEmpty ? allowedDomains.map(\.description) : [domain]
            var patterns: [DomainPattern] = []
            for domain in domains { patterns.append(try DomainPattern(domain, schemesByDefault: .https)) }
            for (name, value) in values {
                bindings.append(Binding(name: name, value: value, patterns: patterns, weight: domain.utf8.count))
            }
        }
        self.bindings = bindings.sorted { ($0.name, -$0.weight) < ($1.name, -$1.weight) }
        mask = SecretMask(self.bindings.map { ($0.name, $0.value) })
    }

    /// Whether there are none.
    package var isEmpty: Bool { bindings.isEmpty }

    /// The names, without values.
    package var description: String { "secrets: \(names.joined(separator: ", "))" }

    private var names: [String] {
        bindings.map(\.name).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// The names of the secrets that may be typed on a page.
    ///
    /// - Parameter url: The page's address.
    package func names(for url: String) -> [String] {
        guard let origin = WebOrigin(url: url) else { return [] }
        return names.filter { name in bindings.contains { $0.name == name && $0.matches(origin) } }
    }

    /// The text to type, with references replaced by the values.
    ///
    /// - Parameter origins: The origins of the document with the element and of the documents around it, up to the
    ///   page, as the browser serializes them (HTML, section 7.1.1), including `null`. A secret must be allowed for all
    ///   of them.
    /// - Throws: ``SecretRefused``, which names the secret and the place.
    package func text(of text: String, in origins: [String]) throws(SecretRefused) -> String {
        var result = ""
        for part in SecretReference.parts(of: text) {
            switch part {
            case .text(let text): result += text
            case .reference(let reference): result += try value(of: reference, in: origins)
            }
        }
        return result
    }

    private func value(of reference: SecretReference, in origins: [String]) throws(SecretRefused) -> String {
        let known = bindings.filter { $0.name == reference.name }
        guard !known.isEmpty else {
            let names = isEmpty ? "this run has none" : "there are \(names.joined(separator: ", "))"
            throw SecretRefused("there is no secret \(reference.name); \(names)")
        }
        let places = origins.map { (text: $0, origin: WebOrigin(url: $0)) }
        for binding in known where !places.isEmpty {
            if places.allSatisfy({ $0.origin.map(binding.matches) ?? false }) { return binding.value }
        }
        let domains = known.flatMap(\.patterns).map(\.spoken).joined(separator: ", ")
        let page = places.last?.text ?? "an unknown page"
        let frame = places.first?.text ?? page
        let spot = frame == page ? page : "\(frame), a frame in \(page)"
        throw SecretRefused("the secret \(reference.name) is for \(domains) and may not be typed on \(spot)")
    }
}

extension DomainPattern {
    /// With the scheme that applies to a secret's pattern.
    fileprivate var spoken: String { description.contains("://") ? description : "https://\(description)" }
}

/// Why a secret was not typed, for the model and the log. It names the secret and never shows a value.
package struct SecretRefused: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason.
    package let description: String

    init(_ description: String) { self.description = description }

    /// For a text with a secret's name in a place where secrets are not replaced.
    package static func notTyped(_ reference: SecretReference, by action: String) -> SecretRefused {
        SecretRefused(
            "the secret \(reference.name) is not put into \(action): secrets can only be typed into fields, chosen in lists, and sent as keys"
        )
    }
}
