//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What has happened to the stream and the channel of one run or batch, as the one who did all of it knows.
///
/// Its log has every entry that was ever stored, in the order of the stream, also those that are gone. One operation
/// that stores or removes is on its way at a time, so that the order is known before Redis has confirmed it.
final class Ledger {
    let name: String
    let isBatch: Bool
    let story: Story

    /// Whether viewers are given what Redis does not have as an archiver has seen it, which may have read the entry at a
    /// place while it was there.
    var isArchived = false

    private(set) var records: [Record] = []
    /// Indices of records, in the order in which they were stored.
    private(set) var log: [Int] = []
    /// Indices of records that are published and never stored, in the order of publication.
    private(set) var unstored: [Int] = []
    /// How often the stream was deleted, as far as that was sent.
    private(set) var epoch = 0
    /// When the first entry of the present epoch was confirmed.
    private(set) var epochBegun: Int64 = 0
    /// Where in the log the present epoch begins.
    private(set) var epochStart = 0
    /// The last confirmed id of the present epoch.
    private(set) var top: EntryID?
    /// How many entries of the log are confirmed.
    private(set) var confirmedCount = 0
    /// The index of the record that ends it, once that is on its way.
    private(set) var endIndex: Int?

    /// Ids that viewers saw and Redis then lost before it had confirmed them.
    private(set) var unconfirmed = 0
    /// What is wrong with ids.
    private(set) var conflicts: [String] = []

    private var indices: [Int: Int] = [:]
    private var places: [EntryID: Int] = [:]
    private var earlierPlaces: [EntryID: [Int]] = [:]
    private var published = 0

    init(name: String, isBatch: Bool = false, story: Story) {
        self.name = name
        self.isBatch = isBatch
        self.story = story
    }

    /// The stream, and its channel.
    var key: String { isBatch ? "{browser_use_logs:\(name)}:batch" : "browser_use_logs:\(name)" }

    /// Where viewers ask for it.
    var path: String { "/api/v1/stream-logs/\(isBatch ? "batch" : "request")/\(name)" }

    /// Whether its end is stored.
    var isOver: Bool { endIndex.map { records[$0].storeConfirmed != nil } ?? false }

    /// The record of a text.
    func index(ofNumber number: Int) -> Int? { indices[number] }

    /// The record of an id of the present epoch, or of the latest that had it.
    func place(of id: EntryID) -> Int? { places[id] }

    /// The first record of an id behind a place: streams that were begun anew may have the same ids.
    func place(of id: EntryID, behind place: Int) -> Int? {
        earlierPlaces[id]?.first { $0 > place } ?? places[id]
    }

    /// Whether a stream that was begun anew has given an id again.
    func hasReused(_ id: EntryID) -> Bool { earlierPlaces[id] != nil }

    /// What an entry of the log says.
    func entry(_ place: Int) -> Record { records[log[place]] }

    /// The entries that are there, as far as is known.
    var present: [Int] { (epochStart..<log.count).filter { !entry($0).isGone } }

    /// Whether an entry may be taken for one of the stream that was there before: it is below what that had, and a higher
    /// one was deleted since. Redis then does not tell the two streams apart.
    func mayBeTakenForOld(_ place: Int) -> Bool {
        let record = entry(place)
        let entries = log.indices.lazy.map { self.entry($0) }
        guard let id = record.id, let former = entries.last(where: { $0.epoch < record.epoch })?.id, id <= former
        else { return false }
        return entries.contains { $0.epoch == record.epoch && $0.isGone && $0.id.map { $0 > former } ?? false }
    }

    /// Takes note of a record that is about to be published or stored.
    ///
    /// - Returns: Its index.
    func add(_ record: Record) -> Int {
        indices[record.number] = records.count
        records.append(record)
        return records.count - 1
    }

    // MARK: Operations

    /// Its message is sent.
    func publishes(_ index: Int, at now: Int64) {
        records[index].publishSent = now
        records[index].publishPlace = published
        published += 1
        if !records[index].form.isStored { unstored.append(index) }
    }

    func published(_ index: Int, at now: Int64) { records[index].publishConfirmed = now }

    /// Its entry is sent.
    func stores(_ index: Int, at now: Int64) {
        records[index].storeSent = now
        records[index].place = log.count
        records[index].epoch = epoch
        let isLast = isBatch ? records[index].kind == .batchEnd : records[index].kind == .end
        if isLast { endIndex = index }
        log.append(index)
    }

    func stored(_ index: Int, as id: EntryID, at now: Int64) {
        records[index].storeConfirmed = now
        if let known = records[index].id, known != id {
            unconfirmed += 1
            places[known] = nil
        }
        records[index].id = id
        records[index].isIDConfirmed = true
        if let earlier = places[id], entry(earlier).epoch < records[index].epoch {
            records[index].isReused = true
            earlierPlaces[id, default: []].append(earlier)
        }
        if top == nil { epochBegun = now }
        top = id
        if let place = records[index].place {
            places[id] = place
            confirmedCount = place + 1
        }
    }

    /// Entries of the log are removed.
    ///
    /// - Parameter operation: Counts the operations.
    func removes(_ places: some Sequence<Int>, operation: Int, at now: Int64) {
        for place in places where !entry(place).isGone {
            records[log[place]].removalSent = now
            records[log[place]].removal = operation
        }
    }

    /// The stream is deleted, with all that is in it.
    func deletes(operation: Int, at now: Int64) {
        removes(epochStart..<log.count, operation: operation, at: now)
        epoch += 1
        epochStart = log.count
        top = nil
    }

    /// A viewer saw it under this id.
    func saw(_ index: Int, as id: EntryID, by witness: String) {
        guard let known = records[index].id else {
            records[index].id = id
            return
        }
        guard known != id else { return }
        conflicts.append("\(witness) saw \(records[index].number) as \(id); it is \(known)")
    }
}
