//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import FoundationEssentials
import TestSupport
import Testing

@Suite("Pictures in the archive")
struct PictureTests {
    private func name(_ run: String, _ step: Int) throws -> PictureName {
        PictureName(of: try Identifier(run), step: step)
    }

    private func announce(
        _ run: String,
        _ steps: [Int],
        after cursor: ArchiveCursor = ArchiveCursor()
    ) throws
        -> ArchiveEntry
    {
        var entry = ArchiveEntry(.run(try Identifier(run)), after: cursor, texts: steps.map { "picture of \($0)" })
        entry.pictures = steps
        return entry
    }

    @Test("They are missing from when they are announced until they are written", arguments: TestDatabase.allCases)
    func missing(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, place in
            let fence = try await archive.takeOver()
            try await archive.write([try announce("r", [1, 2, 3])], fence: fence)
            let names = try (1...3).map { try name("r", $0) }
            #expect(try await Set(archive.missingPictures(limit: 9)) == Set(names))
            #expect(try await archive.missingPictures(limit: 2).count == 2)
            #expect(try await archive.picture(names[0]) == nil)
            let first = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            try await archive.write(
                [ArchivedPicture(names[0], data: first), ArchivedPicture(names[1], data: nil)],
                within: 1 << 20,
                fence: fence
            )
            #expect(try await archive.missingPictures(limit: 9) == [names[2]])
            let again = try await place.open()
            #expect(try await again.picture(names[0]) == first)
            #expect(try await again.picture(names[1]) == nil)
            #expect(try await again.picture(try name("other", 1)) == nil)
            await again.close()
        }
    }

    @Test("A run that begins anew has new ones", arguments: TestDatabase.allCases)
    func anew(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            let name = try name("r", 1)
            let first = try announce("r", [1])
            try await archive.write([first], fence: fence)
            try await archive.write([ArchivedPicture(name, data: Data([1]))], within: 100, fence: fence)
            try await archive.write([try announce("r", [1], after: first.cursor)], fence: fence)
            #expect(try await archive.picture(name) == nil, "the old one is not shown for the new one")
            #expect(try await archive.missingPictures(limit: 9) == [name])
            try await archive.write([ArchivedPicture(name, data: Data([2]))], within: 100, fence: fence)
            #expect(try await archive.picture(name) == Data([2]))
        }
    }

    @Test("Beyond their size the oldest make way, and records stay", arguments: TestDatabase.allCases)
    func bounds(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            for number in 1...5 {
                try await archive.write([try announce("r\(number)", [1])], fence: fence)
                let picture = ArchivedPicture(try name("r\(number)", 1), data: Data(repeating: 7, count: 1000))
                try await archive.write([picture], within: 2500, fence: fence)
            }
            var kept: [Int] = []
            for number in 1...5 where try await archive.picture(try name("r\(number)", 1)) != nil {
                kept.append(number)
            }
            #expect(kept == [4, 5])
            #expect(try await archive.missingPictures(limit: 9).isEmpty)
            #expect(try await archive.page(of: run("r1"), LogPageQuery()).count == 1)
        }
    }

    @Test("They go with their run", arguments: TestDatabase.allCases)
    func removal(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            try await archive.write([try announce("r", [1, 2])], fence: fence)
            let name = try name("r", 1)
            try await archive.write([ArchivedPicture(name, data: Data([1]))], within: 100, fence: fence)
            #expect(try await archive.remove(run("r")))
            #expect(try await archive.picture(name) == nil)
            #expect(try await archive.missingPictures(limit: 9).isEmpty)
            try await archive.write([try announce("r", [2])], fence: fence)
            #expect(try await archive.picture(name) == nil)
        }
    }

    @Test("They are taken from the archiver alone", arguments: TestDatabase.allCases)
    func fence(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let old = try await archive.takeOver()
            try await archive.write([try announce("r", [1])], fence: old)
            _ = try await archive.takeOver()
            let picture = ArchivedPicture(try name("r", 1), data: Data([1]))
            await #expect(throws: ArchiveError.fenced) {
                try await archive.write([picture], within: 100, fence: old)
            }
            #expect(try await archive.missingPictures(limit: 9).count == 1)
        }
    }
}
