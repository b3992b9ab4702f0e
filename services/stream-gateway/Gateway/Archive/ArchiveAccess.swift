//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Archive
import FoundationEssentials
import HTTPTypes
import Logging
import ServiceKit

/// The archive for requests: what is asked of it, and what the client may see of it.
struct ArchiveAccess: Sendable {
    /// `nil` where the gateway has none.
    let archive: OpenArchive?
    let logger: Logger

    /// Asks the archive something.
    ///
    /// - Throws: `Problem` 404 where there is no archive, 503 while it does not answer.
    func ask<Value: Sendable>(
        _ body: (any ArchiveStore) async throws(ArchiveError) -> Value
    ) async throws -> Value {
        guard let archive else {
            throw Problem(.notFound, "This gateway has no archive: its setting ARCHIVE_URL is none.")
        }
        do throws(ArchiveError) {
            return try await body(try await archive.open())
        } catch {
            logger.warning("the archive does not answer", metadata: ["reason": "\(error)"])
            throw Problem(.serviceUnavailable, "The archive does not answer now.", headers: [.retryAfter: "1"])
        }
    }

    /// Whether something of a log is archived; `false` where the archive does not say.
    func has(_ subject: Subject) async -> Bool {
        guard let archive, let store = try? await archive.open() else { return false }
        return (try? await store.cursors(of: [subject]))?[subject] != nil
    }

    /// A picture as JPEG; `nil` where the archive has none, or does not answer.
    func picture(_ name: PictureName) async -> Data? {
        guard let archive, let store = try? await archive.open() else { return nil }
        return try? await store.picture(name)
    }

    /// The batch and session of a run that Redis has forgotten; `nil` where the archive does not know it either, or does
    /// not answer.
    func names(of requestID: Identifier) async -> RunNames? {
        guard let archive, let store = try? await archive.open(), let run = try? await store.run(requestID) else {
            return nil
        }
        return RunNames(requestID: requestID, batchID: run.facts.batchID, sessionID: run.facts.sessionID)
    }
}

extension ServiceContext {
    /// The runs that the client may view; `nil` for all.
    var viewableScopes: [RunScope]? {
        guard let token else { return nil }
        let grants = token.grants.filter { $0.permissions.contains(.view) }
        if grants.contains(where: \.isUnlimited) { return nil }
        return grants.map { grant in
            RunScope(
                request: grant.requestID.map(RunScope.Pattern.init),
                batch: grant.batchID.map(RunScope.Pattern.init),
                session: grant.sessionID.map(RunScope.Pattern.init)
            )
        }
    }
}

extension RunScope.Pattern {
    fileprivate init(_ pattern: NamePattern) {
        let text = pattern.description
        self = pattern.isName ? .name(text) : .prefix(String(text.dropLast()))
    }
}
