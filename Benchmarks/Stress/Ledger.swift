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
    var key: String { self.isBatch ? "{browser_use_logs:\(self.name)}:batch" : "browser_use_logs:\(self.name)" }

    /// Where viewers ask for it.
    var path: String { "/api/v1/stream-logs/\(self.isBatch ? "batch" : "request")/\(self.name)" }

    /// Whether its end is stored.
    var isOver: Bool { self.endIndex.map { self.records[$0].storeConfirmed != nil } ?? false }

    /// The record of a text.
    func index(ofNumber number: Int) -> Int? { self.indices[number] }

    /// The record of an id of the present epoch, or of the latest that had it.
    func place(of id: EntryID) -> Int? { self.places[id] }

    /// The first record of an id behind a place: streams that were begun anew may have the same ids.
    func place(of id: EntryID, behind place: Int) -> Int? {
        self.earlierPlaces[id]?.first { $0 > place } ?? self.places[id]
    }

    /// What an entry of the log says.
    func entry(_ place: Int) -> Record { self.records[self.log[place]] }

    /// The entries that are there, as far as is known.
    var present: [Int] { (self.epochStart..<self.log.count).filter { !self.entry($0).isGone } }

    /// Takes note of a record that is about to be published or stored.
    ///
    /// - Returns: Its index.
    func add(_ record: Record) -> Int {
        self.indices[record.number] = self.records.count
        self.records.append(record)
        return self.records.count - 1
    }

    // MARK: Operations

    /// Its message is sent.
    func publishes(_ index: Int, at now: Int64) {
        self.records[index].publishSent = now
        self.records[index].publishPlace = self.published
        self.published += 1
        if !self.records[index].form.isStored { self.unstored.append(index) }
    }

    func published(_ index: Int, at now: Int64) { self.records[index].publishConfirmed = now }

    /// Its entry is sent.
    func stores(_ index: Int, at now: Int64) {
        self.records[index].storeSent = now
        self.records[index].place = self.log.count
        self.records[index].epoch = self.epoch
        let isLast = self.isBatch ? self.records[index].kind == .batchEnd : self.records[index].kind == .end
        if isLast { self.endIndex = index }
        self.log.append(index)
    }

    func stored(_ index: Int, as id: EntryID, at now: Int64) {
        self.records[index].storeConfirmed = now
        if let known = self.records[index].id, known != id {
            self.unconfirmed += 1
            self.places[known] = nil
        }
        self.records[index].id = id
        self.records[index].isIDConfirmed = true
        if let earlier = self.places[id], self.entry(earlier).epoch < self.records[index].epoch {
            self.records[index].isReused = true
            self.earlierPlaces[id, default: []].append(earlier)
        }
        if self.top == nil { self.epochBegun = now }
        self.top = id
        if let place = self.records[index].place {
            self.places[id] = place
            self.confirmedCount = place + 1
        }
    }

    /// Entries of the log are removed.
    ///
    /// - Parameter operation: Counts the operations.
    func removes(_ places: some Sequence<Int>, operation: Int, at now: Int64) {
        for place in places where !self.entry(place).isGone {
            self.records[self.log[place]].removalSent = now
            self.records[self.log[place]].removal = operation
        }
    }

    /// The stream is deleted, with all that is in it.
    func deletes(operation: Int, at now: Int64) {
        self.removes(self.epochStart..<self.log.count, operation: operation, at: now)
        self.epoch += 1
        self.epochStart = self.log.count
        self.top = nil
    }

    /// A viewer saw it under this id.
    func saw(_ index: Int, as id: EntryID, by witness: String) {
        guard let known = self.records[index].id else {
            self.records[index].id = id
            return
        }
        guard known != id else { return }
        self.conflicts.append("\(witness) saw \(self.records[index].number) as \(id); it is \(known)")
    }
}
