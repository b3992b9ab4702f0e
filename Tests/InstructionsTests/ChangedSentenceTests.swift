//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import stepcast_instructions

@Suite("Sentences of the benchmark with one word changed")
struct ChangedSentenceTests {
    @Test("Each kind of change leaves the rest of the sentence as it is")
    func changes() {
        let changed = Mutation.all(of: "Delete the second mail from Ann.", names: ["Ann", "Ben"])
        func texts(_ kind: Mutation.Kind) -> [String] { changed.filter { $0.kind == kind }.map(\.text) }
        #expect(texts(.name) == ["Delete the second mail from Zanzibar."])
        #expect(texts(.number) == ["Delete the fourth mail from Ann."])
        #expect(texts(.extraWord).contains("Delete the second zanzibar mail from Ann."))
        #expect(texts(.extraWord).count == 6)
        #expect(texts(.extraScope).contains("Delete the second mail from Ann in the section Zanzibar."))
        #expect(texts(.condition).contains("If the page says \"Zanzibar\", delete the second mail from Ann."))
        #expect(texts(.negation).contains("Do not delete the second mail from Ann."))
    }

    @Test("Conditions and negations are about sentences of one step alone")
    func steps() {
        let changed = Mutation.all(of: "Select Ann and click Delete.", names: [])
        #expect(!changed.contains { $0.kind == .condition || $0.kind == .negation })
    }

    @Test("A quotation is not changed in its middle")
    func quotations() {
        let changed = Mutation.all(of: "Type \"see you\" into Note", names: [])
        #expect(!changed.contains { $0.text.contains("see zanzibar you") })
    }

    @Test("No run completes a changed sentence with the deed of the original", .timeLimit(.minutes(10)))
    func oldDeeds() async throws {
        let tasks = try TaskSite.tasks().filter(\.isForDevelopment).enumerated().filter { $0.offset % 3 == 0 }
        try await withTemporaryDirectory { directory in
            let session = Session(
                tasks: tasks.map(\.element),
                seed: 7,
                concurrency: 4,
                limit: 20,
                directory: directory.path,
                program: try Executable.built("agent-api"),
                mutations: 1
            )
            let measurements = try await session.measure()
            #expect(measurements.count > 30)
            for measurement in measurements where measurement.episode.isOldDeed(measurement.verdict) {
                Issue.record("completed with the old deed: \(measurement.episode.text)")
            }
        }
    }
}
