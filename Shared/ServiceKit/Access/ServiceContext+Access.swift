//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Access
package import AgentLogs

/// What the client of a request may do.
package enum RequestAccess: Sendable, Hashable {
    /// Everything: no authentication is configured.
    case unrestricted
    case token(AccessToken)
}

extension ServiceContext {
    /// What the client's token allows; `nil` where no authentication is configured.
    package var token: AccessToken? {
        if case .token(let token) = access { token } else { nil }
    }

    /// Refuses the request unless its client may do something on what has these names.
    ///
    /// - Throws: `Problem` 403 that says which grant is missing, and not whether there is anything of that name.
    package func require(_ permission: Permission, on names: RunNames) throws {
        guard let token, !token.allows(permission, on: names) else { return }
        throw Problem.insufficient(permission, on: names.description)
    }

    /// The same for a run, whose batch and session are looked up where a grant depends on them.
    ///
    /// - Parameter names: The run's names; `nil` when there is no such run.
    package func require(
        _ permission: Permission,
        onRun requestID: Identifier,
        names: () async throws -> RunNames?
    ) async throws {
        guard let token else { return }
        guard try await token.allows(permission, onRun: requestID, names: names) else {
            throw Problem.insufficient(permission, on: RunNames(requestID: requestID).description)
        }
    }

    /// Refuses the request unless its client may do something that concerns the whole service.
    package func require(_ permission: Permission) throws {
        guard let token, !token.allowsEverywhere(permission) else { return }
        throw Problem.insufficient(permission, on: "the whole service")
    }
}

extension RunNames {
    fileprivate var description: String {
        if let requestID { return "the run \(requestID)" }
        if let batchID { return "the batch \(batchID)" }
        return sessionID.map { "the session \($0)" } ?? "everything"
    }
}
