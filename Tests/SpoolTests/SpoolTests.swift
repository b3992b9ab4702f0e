//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Logging
import Spool
import TestSupport
import Testing

@Suite("A spool")
struct SpoolTests {
    private let log = CapturedLog()

    private func entries(_ numbers: ClosedRange<Int>, run: String = "r1") -> [SpoolEntry] {
        numbers.map { SpoolEntry(run: run, record: Array("record \($0)".utf8)) }
    }

    private func spool(_ directory: SpoolDirectory, target: String = "redis", maximumBytes: Int = 1 << 30) -> Spool {
        Spool(directory: directory, target: target, maximumBytes: maximumBytes, logger: log.logger)
    }

    /// Leaves the spool of a dead process: the object is released, and with it its lock.
    private func abandon(_ directory: SpoolDirectory, _ entries: [SpoolEntry], target: String = "redis") async throws {
        let spool = self.spool(directory, target: target)
        #expect(await spool.append(entries)?.count == entries.count)
        #expect(await spool.tidyUp() == entries.count)
    }

    private func adopt(_ directory: SpoolDirectory, target: String = "redis") async -> [AbandonedSpool] {
        await directory.adopt(target: target, logger: log.logger)
    }

    /// Adopts the abandoned spools as soon as their locks are free. This may take a moment: a process started by
    /// another test holds all open files of this one, including the lock, until it executes its own program.
    private func adoptLeft(_ directory: SpoolDirectory, target: String = "redis") async throws -> [AbandonedSpool] {
        try await eventually("what was left behind to be free") {
            let adopted = await adopt(directory, target: target)
            return adopted.isEmpty ? nil : adopted
        }
    }

    private func files(_ directory: SpoolDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }

    private func withDirectory(_ body: (SpoolDirectory) async throws -> Void) async throws {
        try await withTemporaryDirectory { try await body(SpoolDirectory(path: $0.file("deep/spool"))) }
    }

    @Test("Of a process that has died is adopted once, with its entries in order, and removed after delivery")
    func adoption() async throws {
        try await withDirectory { directory in
            let entries = self.entries(1...600) + [SpoolEntry(run: "r2", record: [0, 255], state: Array("{}".utf8), recording: [1])]
            try await abandon(directory, entries)

            let adopted = try await adoptLeft(directory)
            let found = try #require(adopted.first)
            #expect(adopted.count == 1)
            #expect(await adopt(directory).isEmpty, "it belongs to the first")

            var read: [SpoolEntry] = []
            var last: SpoolPlace?
            while true {
                let page = try await found.entries(after: last, limit: 100)
                guard let place = page.last?.place else { break }
                last = place
                read += page.map(\.entry)
            }
            #expect(read == entries)
            found.finish()
            #expect(try files(directory).isEmpty)
        }
    }

    @Test("Of a live process is never touched")
    func livingProcess() async throws {
        try await withDirectory { directory in
            let spool = self.spool(directory)
            let places = try #require(await spool.append(entries(1...3)))
            #expect(await adopt(directory).isEmpty)
            await spool.remove(places)
            #expect(await spool.tidyUp() == 0)
            #expect(try files(directory).isEmpty, "an empty spool leaves nothing behind")
        }
    }

    @Test("For another Redis is left alone")
    func otherTarget() async throws {
        try await withDirectory { directory in
            try await abandon(directory, entries(1...2), target: "redis://other")
            #expect(await adopt(directory, target: "redis://own").isEmpty)
            #expect(try await adoptLeft(directory, target: "redis://other").count == 1)
        }
    }

    @Test("Keeps what is not removed for the next adopter")
    func partialDelivery() async throws {
        try await withDirectory { directory in
            try await abandon(directory, entries(1...4))
            do {
                let found = try #require(try await adoptLeft(directory).first)
                let page = try await found.entries(after: nil, limit: 10)
                await found.remove(page.prefix(3).map(\.place))
            }
            let found = try #require(try await adoptLeft(directory).first)
            #expect(try await found.entries(after: nil, limit: 10).map(\.entry) == entries(4...4))
        }
    }

    @Test("Accepts entries of many tasks at once, each task's in order")
    func concurrency() async throws {
        try await withDirectory { directory in
            do {
                let spool = self.spool(directory)
                await withDiscardingTaskGroup { group in
                    for run in 1...20 {
                        group.addTask {
                            for number in 1...20 {
                                let entry = SpoolEntry(run: "r\(run)", record: [UInt8(number)])
                                #expect(await spool.append([entry])?.count == 1)
                            }
                        }
                    }
                }
                #expect(await spool.tidyUp() == 400)
            }
            let found = try #require(try await adoptLeft(directory).first)
            let all = try await found.entries(after: nil, limit: 1000).map(\.entry)
            for run in 1...20 {
                #expect(all.filter { $0.run == "r\(run)" }.compactMap { $0.record?.first } == Array(1...20))
            }
        }
    }

    @Test("On a full disk reports it once, rejects entries, and works again when there is room")
    func fullDisk() async throws {
        try await withDirectory { directory in
            let spool = self.spool(directory, maximumBytes: 128 << 10)
            let large = SpoolEntry(run: "r1", record: [UInt8](repeating: 1, count: 40 << 10))
            var places: [SpoolPlace] = []
            while let added = await spool.append([large]), places.count < 10 { places += added }
            #expect((1...3).contains(places.count))
            #expect(await spool.append([large]) == nil)
            #expect(log.text.count == 1)
            #expect(log.text.first?.contains("kept in memory only") == true)

            await spool.remove(places)
            #expect(await spool.append([large])?.count == 1)
            #expect(log.text.last == "notice: the spool can be written again")
            #expect(await spool.tidyUp() == 1)
        }
    }

    @Test("That is corrupt is renamed, logged and replaced; its places count as lost")
    func corruptOwnFile() async throws {
        try await withDirectory { directory in
            do {
                let spool = self.spool(directory)
                try directory.prepare()
                try Data("this is no database, and never was one".utf8)
                    .write(to: URL(filePath: "\(directory.path)/spool-\(spool.owner).sqlite"))
                let places = try #require(await spool.append(entries(2...2)))
                #expect(places.first?.generation == 1)
                #expect(log.text == ["error: the spool is corrupt; it was moved aside"])
                #expect(try files(directory).contains { $0.contains(".corrupt-") })
                #expect(await spool.tidyUp() == 1)
            }
            let found = try #require(try await adoptLeft(directory).first)
            #expect(try await found.entries(after: nil, limit: 10).map(\.entry) == entries(2...2))
        }
    }

    @Test("Left behind corrupt is renamed and logged")
    func corruptAbandonedFile() async throws {
        try await withDirectory { directory in
            try await abandon(directory, entries(1...2))
            // While its write-ahead log exists, the file recovers from it.
            try await eventually("the file to be closed") {
                try self.files(directory).allSatisfy { !$0.hasSuffix("-wal") }
            }
            let file = try #require(try self.files(directory).first { $0.hasSuffix(".sqlite") })
            try Data("this is no database, and never was one".utf8)
                .write(to: URL(filePath: "\(directory.path)/\(file)"))
            try await eventually("what was left behind to be looked at") {
                let adopted = await adopt(directory)
                #expect(adopted.isEmpty)
                return !self.log.text.isEmpty
            }
            #expect(self.log.text == ["error: an abandoned spool is corrupt; it was moved aside"])
            let files = try self.files(directory)
            #expect(files.contains { $0.contains(".corrupt-") })
            #expect(!files.contains { $0.hasSuffix(".lock") })
        }
    }

    @Test("In a place that is not writable reports the problem, and rejects entries without a crash")
    func unwritable() async throws {
        try await withTemporaryDirectory { directory in
            try Data().write(to: URL(filePath: directory.file("file")))
            let place = SpoolDirectory(path: directory.file("file/spool"))
            let error = #expect(throws: SpoolError.self) { try place.prepare() }
            #expect(error?.description.contains(place.path) == true)
            #expect(await self.spool(place).append(entries(1...1)) == nil)
            #expect(log.text.first?.contains("the spool cannot be written") == true)
        }
    }
}
