//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import JSON

/// What a verified token says.
package struct AccessToken: Sendable, Hashable {
    /// Who holds it (`sub`), where it says so.
    package var subject: String?
    /// The moment from which it no longer counts (`exp`).
    package var expiresAt: Timestamp
    /// When it was made (`iat`), where it says so.
    package var issuedAt: Timestamp?
    /// What it allows.
    package var grants: [Grant]

    package init(subject: String? = nil, expiresAt: Timestamp, issuedAt: Timestamp? = nil, grants: [Grant]) {
        self.subject = subject
        self.expiresAt = expiresAt
        self.issuedAt = issuedAt
        self.grants = grants
    }

    /// Whether it allows something on what has these names.
    package func allows(_ permission: Permission, on names: RunNames) -> Bool {
        grants.contains { $0.permissions.contains(permission) && $0.covers(names) }
    }

    /// Whether it allows something on a run, whose other names are looked up only if a grant depends on them.
    ///
    /// - Parameter names: The run's batch and session. A run that is not known has neither, and is treated alike.
    package func allows(
        _ permission: Permission,
        onRun requestID: Identifier,
        names: () async throws -> RunNames?
    ) async rethrows -> Bool {
        if allows(permission, on: RunNames(requestID: requestID)) { return true }
        let depends = grants.contains {
            $0.permissions.contains(permission) && $0.depends(onMoreThan: requestID)
        }
        guard depends, let names = try await names() else { return false }
        return allows(permission, on: names)
    }

    /// Whether it allows something on everything.
    package func allowsEverywhere(_ permission: Permission) -> Bool {
        grants.contains { $0.isUnlimited && $0.permissions.contains(permission) }
    }

    /// The longest that a token in a URL may last, in seconds.
    package static let longestViewerToken = 3600

    /// Whether it may stand in a URL, which proxies and browsers keep: it only views runs or batches that it names,
    /// for an hour at most.
    package var isViewerToken: Bool {
        guard let issuedAt else { return false }
        let lifetime = expiresAt.milliseconds - issuedAt.milliseconds
        return lifetime > 0 && lifetime <= Int64(Self.longestViewerToken) * 1000 && !grants.isEmpty
            && grants.allSatisfy { grant in
                grant.permissions == [.view] && (grant.requestID ?? grant.batchID)?.isName == true
            }
    }
}

extension AccessToken {
    /// Reads the claims of a token whose signature has been verified.
    ///
    /// - Parameters:
    ///   - issuer: What `iss` must be; `nil` takes any.
    ///   - audience: What `aud` must have; `nil` takes any.
    /// - Throws: ``TokenFault``.
    init(claims: JSONValue, issuer: String?, audience: String?, now: Timestamp) throws(TokenFault) {
        func time(_ name: String) throws(TokenFault) -> Timestamp? {
            guard let value = claims[name] else { return nil }
            guard let seconds = value.number, let time = Timestamp(seconds: seconds) else {
                throw .malformed("its claim \(name) is not a time in seconds")
            }
            return time
        }
        guard let expiresAt = try time("exp") else { throw .malformed("it has no claim exp, which is required") }
        guard expiresAt > now else { throw TokenFault(.expired, "it expired at \(expiresAt.iso8601)") }
        // Clocks differ a little.
        if let start = try time("nbf"), start.milliseconds > now.milliseconds + 5000 {
            throw TokenFault(.notYetValid, "it is valid from \(start.iso8601)")
        }
        if let issuer, claims["iss"]?.string != issuer { throw .malformed("its issuer (iss) is not the expected one") }
        if let audience {
            let named = claims["aud"].map { $0.array ?? [$0] } ?? []
            guard named.contains(.string(audience)) else {
                throw .malformed("its audience (aud) does not name this service")
            }
        }
        guard let list = claims["stepcast"]?.array else {
            throw .malformed("it has no claim stepcast, a list of grants")
        }
        var grants: [Grant] = []
        for value in list { grants.append(try Grant(value)) }
        self.init(
            subject: claims["sub"]?.string,
            expiresAt: expiresAt,
            issuedAt: try time("iat"),
            grants: grants
        )
    }

    /// The claims, for a token to be signed.
    var claims: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "exp": .integer(expiresAt.milliseconds / 1000), "stepcast": .array(grants.map(\.json)),
        ]
        members["sub"] = subject.map(JSONValue.string)
        members["iat"] = issuedAt.map { .integer($0.milliseconds / 1000) }
        return members
    }
}
