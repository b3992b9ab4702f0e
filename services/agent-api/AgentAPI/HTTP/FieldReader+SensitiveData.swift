//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Hosts
import Secrets
import ServiceKit

/// The limits of `sensitive_data`.
enum SecretLimits {
    /// The maximum number of values, for all domains together.
    static let count = 100
    /// The allowed length of a value, in characters. Masking shorter values would make the log unreadable, since they
    /// occur often by chance.
    static let characters = 4...2000
    /// The maximum size of all values together, in bytes.
    static let bytes = 32_768
    /// What a name must look like.
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
    /// The secrets of a run, and the mask that hides them. Errors name the secret, never its value.
    ///
    /// - Parameter allowedDomains: The domains for values without domains of their own.
    mutating func sensitiveData(
        _ name: String,
        allowedDomains: [DomainPattern]?
    ) -> (data: SensitiveData?, mask: SecretMask) {
        guard let value = self.value(name) else { return (nil, .none) }
        guard let data = SensitiveData(value) else {
            report(
                name,
                "must be an object of names and strings, or an object of such objects by domain: {\"https://example.com\": {\"x_password\": \"…\"}}"
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
                "has values without a domain, which require allowed_domains: a secret is only typed where it belongs. Set allowed_domains, or use {\"https://example.com\": {…}}"
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
            return "has an invalid domain: \(error)"
        }
    }

    private static func flaw(of name: String, _ value: String) -> String? {
        if !SecretLimits.isName(name) {
            return "is not a valid name of a secret, which must be \(SecretLimits.nameRule)"
        }
        if name.hasSuffix("bu_2fa_code") {
            return
                "asks for a one-time code, which is not supported; use another name to have the value typed as it is"
        }
        let characters = value.count { !$0.isWhitespace }
        guard characters >= SecretLimits.characters.lowerBound else {
            return
                "has a value of \(characters) characters; at least \(SecretLimits.characters.lowerBound) are required, since shorter values occur too often to be masked"
        }
        guard value.count <= SecretLimits.characters.upperBound else {
            return "has a value of \(value.count) characters; at most \(SecretLimits.characters.upperBound) are allowed"
        }
        return nil
    }

    /// Names that every log shows must not contain a value.
    private mutating func checkNames(
        _ data: SensitiveData,
        _ allowedDomains: [DomainPattern]?,
        _ mask: SecretMask,
        _ name: String
    ) {
        for domain in allowedDomains ?? [] where mask.hides(anythingIn: domain.description) {
            report(name, "has a value that is part of allowed_domains")
        }
        for (domain, values) in data.values.sorted(by: { $0.key < $1.key }) {
            for secret in values.keys.sorted() where mask.hides(anythingIn: SecretReference(secret).text) {
                report(name, "has a value that is part of its replacement <secret>\(secret)</secret>")
            }
            if mask.hides(anythingIn: domain) {
                report(name, "has a value that is part of the domain it is for")
            }
        }
    }
}
