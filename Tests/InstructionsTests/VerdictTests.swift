//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Testing

@testable import stepcast_instructions

@Suite("The verdicts of the instruction benchmark")
struct VerdictTests {
    private static let data: JSONValue = ["p": ["id": "p1", "name": "Ada \"A.\" King"]]

    /// A task with the given directives, on a page that lists what was deleted.
    private func judge(
        _ directives: String,
        deleted: [JSONValue] = [],
        status: String = "completed",
        result: String = "",
        error: String = ""
    ) throws -> Episode.Verdict {
        let tasks = try TaskFile.parse("## users\n\n# task rows\nDelete {{p.name}}.\n\(directives)\n", file: "test")
        let episode = try Episode(try #require(tasks.first), data: Self.data, url: "http://127.0.0.1/users")
        var states = PageStates()
        states.report("users", ["deleted": [], "opened": .null])
        if !deleted.isEmpty { states.report("users", ["deleted": .array(deleted), "opened": .null]) }
        return episode.judge(Episode.Run(status: status, result: result, error: error), states)
    }

    @Test("A task is done if exactly the required changes were made")
    func done() throws {
        #expect(try judge(#"= {"deleted":["{{p.id}}"]}"#, deleted: ["p1"]) == .done)
    }

    @Test("Changing another row, additionally or instead, is a false completion")
    func sideEffects() throws {
        #expect(try judge(#"= {"deleted":["{{p.id}}"]}"#, deleted: ["p1", "p2"]) == .falselyCompleted)
        #expect(try judge(#"= {"deleted":["{{p.id}}"]}"#, deleted: ["p2"]) == .falselyCompleted)
        #expect(try judge("? 7", deleted: ["p1"], result: "7") == .falselyCompleted)
    }

    @Test("A failed run counts as refused if it changed nothing, and as failed otherwise")
    func refusedOrFailed() throws {
        #expect(try judge(#"= {"deleted":["{{p.id}}"]}"#, status: "failed") == .refused)
        #expect(try judge(#"= {"deleted":["{{p.id}}"]}"#, deleted: ["p1"], status: "failed") == .failed)
        #expect(try judge(#"= {"deleted":["{{p.id}}"]}"#, status: "timed_out") == .broken)
    }

    @Test("A task that cannot be done must fail without a change, and name the candidates if there are several")
    func impossible() throws {
        #expect(try judge("!", status: "failed", error: "no such button") == .done)
        #expect(try judge("!", deleted: ["p1"], status: "failed") == .failed)
        #expect(try judge("!") == .falselyCompleted)
        #expect(try judge("!", status: "timed_out") == .broken)
        #expect(try judge("! Ada | Bob", status: "failed", error: "is it the row of Ada or of Bob?") == .done)
        #expect(try judge("! Ada | Bob", status: "failed", error: "several fit") == .refused)
    }

    @Test(
        "An answer counts as whole words, whatever is around it",
        arguments: [
            ("? 12.50", "It costs € 12.50.", true), ("? 12.50", "12.505", false), ("? 12", "12.50", false),
            ("? 6", "16", false), ("? 6", "6 of them, 7 before", true), ("? grace  hopper", "Grace Hopper", true),
            ("? 6\n?- 7", "6 or 7", false), ("? {{p.name}}", "Ada \"A.\" King", true), ("? 6", "", false),
        ]
    )
    func answers(directives: String, result: String, isRight: Bool) throws {
        #expect(try judge(directives, result: result) == (isRight ? .done : .falselyCompleted))
    }

    @Test("A result as long as the page is not an answer")
    func longAnswer() throws {
        #expect(try judge("? 6", result: "6 " + String(repeating: "word ", count: 100)) == .falselyCompleted)
    }

    @Test("Any of several alternatives suffices, but none does not")
    func alternatives() throws {
        let either = #"| {"deleted":["p1"]}"# + "\n" + #"| {"deleted":["p2"]}"#
        #expect(try judge(either, deleted: ["p1"]) == .done)
        #expect(try judge(either, deleted: ["p2"]) == .done)
        #expect(try judge(either) == .falselyCompleted)
    }

    @Test(
        "An invalid task file is rejected with the line",
        arguments: [
            ("# a b\nDo it.\n!", "test:1: \"## page\" expected before the first task"),
            ("## page\n# a\nDo it.", "test:2: \"# name category\" expected, not \"# a\""),
            ("## page\n# a b\n!", "test:2: a has no words"),
            ("## page\n# a b\nDo it.", "test:2: a does not say when it is done"),
            ("## page\nDo it.", "test:2: a task begins with \"# name\""),
            ("## page\n# a b\nDo it.\n!\nAnd that.", "test:5: one of = | ? ?- ! > expected, not \"And\""),
        ]
    )
    func faults(text: String, reason: String) throws {
        let fault = #expect(throws: TaskFile.Fault.self) { try TaskFile.parse(text, file: "test") }
        #expect(fault?.description == reason)
    }

    @Test("A placeholder that the data does not have is an error that names it")
    func unknownPlaceholder() throws {
        let tasks = try TaskFile.parse("## users\n# a b\nDelete {{p.nome}}.\n!", file: "test")
        let error = #expect(throws: Template.UnknownPlaceholder.self) {
            try Episode(try #require(tasks.first), data: Self.data, url: "")
        }
        #expect(error?.path == "p.nome")
    }
}
