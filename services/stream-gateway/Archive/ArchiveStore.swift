//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import FoundationEssentials

/// Where records are kept for good: a database. One archiver writes; any number of processes read.
///
/// All calls throw ``ArchiveError``.
package protocol ArchiveStore: Sendable {
    // MARK: Writing

    /// Makes the caller the only one that may write. Whoever was it before is refused from then on.
    func takeOver() async throws(ArchiveError) -> ArchiveFence

    /// Up to where logs are archived. Logs of which nothing is archived are left out.
    func cursors(of subjects: [Subject]) async throws(ArchiveError) -> [Subject: ArchiveCursor]

    /// Writes records, cursors and facts in one transaction: all or nothing.
    func write(_ entries: [ArchiveEntry], fence: ArchiveFence) async throws(ArchiveError)

    // MARK: Reading

    /// A page of one log.
    func page(of subject: Subject, _ query: LogPageQuery) async throws(ArchiveError) -> [ArchivedRecord]

    /// The place of an entry in a log, or of what is in front of it: of the latest generation that has it.
    func place(of id: EntryID, in subject: Subject) async throws(ArchiveError) -> Int

    /// What follows an id, for a viewer that comes with it.
    func replay(_ subject: Subject, _ query: ReplayQuery) async throws(ArchiveError) -> ReplayPage

    /// Records that match a search.
    func search(_ query: SearchQuery) async throws(ArchiveError) -> SearchPage

    /// The runs that are archived, the newest first.
    func runs(_ query: HistoryQuery) async throws(ArchiveError) -> HistoryPage

    /// What is known of one run; `nil` for one that is not archived.
    func run(_ requestID: Identifier) async throws(ArchiveError) -> ArchivedRun?

    // MARK: Pictures

    /// Pictures that archived records announce and that are not archived themselves yet, the oldest first.
    func missingPictures(limit: Int) async throws(ArchiveError) -> [PictureName]

    /// Writes pictures that are missing. Those without data are missing no more.
    ///
    /// - Parameter bytes: How many bytes all pictures may have. Beyond that the oldest are removed.
    func write(_ pictures: [ArchivedPicture], within bytes: Int, fence: ArchiveFence) async throws(ArchiveError)

    /// A picture as JPEG; `nil` where it is not archived.
    func picture(_ name: PictureName) async throws(ArchiveError) -> Data?

    // MARK: Importing

    /// Begins to take a run from elsewhere. Nobody sees it before it is finished. One that is not finished is removed
    /// after a day.
    func beginImport(of requestID: Identifier) async throws(ArchiveError) -> ArchiveImport

    /// Adds records, whose places follow those before.
    func add(_ records: [ArchivedRecord], to log: ArchiveImport) async throws(ArchiveError)

    /// Makes the run visible.
    ///
    /// - Returns: `false`, with nothing done, where there is a run of that name.
    func finish(_ log: ArchiveImport, facts: RunFacts) async throws(ArchiveError) -> Bool

    /// Removes what was begun.
    func abandon(_ log: ArchiveImport) async throws(ArchiveError)

    // MARK: Removing

    /// Removes a log, a bounded number of records at a time.
    ///
    /// - Returns: Whether there was one.
    func remove(_ subject: Subject) async throws(ArchiveError) -> Bool

    /// Removes logs that are older than a time or, the oldest first, until no more than so many bytes are in use. Logs that
    /// go on are kept.
    ///
    /// - Parameters:
    ///   - time: Logs whose last record was archived before it; `nil` for no limit.
    ///   - bytes: The most that all may have; `nil` for no limit.
    ///   - going: Logs without an end count as going on if they were written to since then.
    /// - Returns: How many logs were removed.
    func retain(since time: Timestamp?, bytes: Int?, going: Timestamp) async throws(ArchiveError) -> Int

    /// How much the archive holds.
    func size() async throws(ArchiveError) -> ArchiveSize

    /// Closes it.
    func close() async
}

/// The right to write to an archive. The database knows the latest one, and takes nothing from holders of others.
package struct ArchiveFence: Hashable, Sendable {
    package let token: Int

    package init(token: Int) {
        self.token = token
    }
}

/// A run that is being imported.
package struct ArchiveImport: Hashable, Sendable {
    package let requestID: Identifier
    let log: Int64
}

/// How much an archive holds.
package struct ArchiveSize: Hashable, Sendable {
    /// Records of runs and batches.
    package var records: Int

    /// The bytes in use, indices included.
    package var bytes: Int

    package init(records: Int, bytes: Int) {
        self.records = records
        self.bytes = bytes
    }
}
