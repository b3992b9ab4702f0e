//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Hosts
import Secrets
import ServiceKit

/// Limits of `sensitive_data`.
enum SecretLimits {
    /// How many values there may be, of all domains together.
    static let count = 100
    /// How many characters a value has. Fewer stand in so many places by chance that a log without them could not be read.
    static let characters = 4...2000
    /// How many bytes all values may have together.
    static let bytes = 32_768
    /// What a name looks like.
    static let nameRule = "1 to 64 characters of A-Z a-z 0-9 . _ -"

    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return byte < 0x80 && (character.isLetter || character.isNumber || "._-".contains(character))
            }
    }
}

extension FieldReader {
    /// The secrets of a run, and what hides them. Errors name the secret, never its value.
    ///
    /// - Parameter allowedDomains: the domains for values that have none of their own.
    mutating func sensitiveData(
        _ name: String,
        allowedDomains: [DomainPattern]?
    ) -> (data: SensitiveData?, mask: SecretMask) {
        guard let value = self.value(name) else { return (nil, .none) }
        guard let data = SensitiveData(value) else {
            report(
                name,
                "must be an object of names and strings, or of domains and such objects: {\"https://example.com\": {\"x_password\": \"…\"}}"
            )
            return (nil, .none)
        }
        let earlier = errors.count
        check(data, name, allowedDomains)
        guard errors.count == earlier, !data.values.allSatisfy(\.value.isEmpty) else { return (nil, .none) }
        do {
            let mask = try RunSecrets(data, allowedDomains: allowedDomains ?? []).mask
            checkNames(data, allowedDomains, mask, name)
            return (data, mask)
        } catch {
            report(name, "\(error)")
            return (nil, .none)
        }
    }

    private mutating func check(_ data: SensitiveData, _ name: String, _ allowedDomains: [DomainPattern]?) {
        if let flat = data.values[""], !flat.isEmpty, allowedDomains?.isEmpty ?? true {
            report(
                name,
                "has values without a domain, which are for those of allowed_domains, and there are none: a secret is typed only where it belongs. Give allowed_domains, or {\"https://example.com\": {…}}"
            )
        }
        var count = 0
        var bytes = 0
        for (domain, values) in data.values.sorted(by: { $0.key < $1.key }) {
            if !domain.isEmpty, let reason = Self.flaw(ofDomain: domain) { report(name, reason) }
            for (secret, value) in values.sorted(by: { $0.key < $1.key }) {
                count += 1
                bytes += value.utf8.count
                let field = domain.isEmpty ? "\(name).\(secret)" : "\(name).\(domain).\(secret)"
                if let reason = Self.flaw(of: secret, value) { report(field, reason) }
            }
        }
        if count > SecretLimits.count {
            report(name, "has \(count) values; at most \(SecretLimits.count) are allowed")
        }
        if bytes > SecretLimits.bytes {
            report(name, "has \(bytes) bytes of values; at most \(SecretLimits.bytes) are allowed")
        }
    }

    private static func flaw(ofDomain domain: String) -> String? {
        do {
            _ = try DomainPattern(domain, schemesByDefault: .https)
            return nil
        } catch {
            return "has a domain that is none: \(error)"
        }
    }

    private static func flaw(of name: String, _ value: String) -> String? {
        if !SecretLimits.isName(name) { return "is not a name of a secret, which has \(SecretLimits.nameRule)" }
        if name.hasSuffix("bu_2fa_code") {
            return
                "would be a one-time code made from the value, which is not supported; a value under another name is typed as it is"
        }
        let characters = value.count { !$0.isWhitespace }
        guard characters >= SecretLimits.characters.lowerBound else {
            return
                "has a value of \(characters) characters; it takes \(SecretLimits.characters.lowerBound) at least, since a shorter one stands in too many places to be hidden"
        }
        guard value.count <= SecretLimits.characters.upperBound else {
            return "has a value of \(value.count) characters; at most \(SecretLimits.characters.upperBound) are allowed"
        }
        return nil
    }

    /// What stands in every log and cannot be hidden there must show no value.
    private mutating func checkNames(
        _ data: SensitiveData,
        _ allowedDomains: [DomainPattern]?,
        _ mask: SecretMask,
        _ name: String
    ) {
        for domain in allowedDomains ?? [] where mask.hides(anythingIn: domain.description) {
            report(name, "has a value that is a part of allowed_domains")
        }
        for (domain, values) in data.values.sorted(by: { $0.key < $1.key }) {
            for secret in values.keys.sorted() where mask.hides(anythingIn: SecretReference(secret).text) {
                report(name, "has a value that is a part of <secret>\(secret)</secret>, which stands in its place")
            }
            if mask.hides(anythingIn: domain) {
                report(name, "has a value that is a part of the domain it is for")
            }
        }
    }
}
