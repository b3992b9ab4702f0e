//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Testing

@testable import Models

@Suite("JSON in a model's answer")
struct EmbeddedJSONTests {
    @Test(
        "The object is found whatever is around it",
        arguments: [
            #"{"a":1}"#,
            #"  {"a":1}  "#,
            "```json\n{\"a\":1}\n```",
            #"Here you are: {"a":1}. Anything else?"#,
            #"<think>perhaps {"b":2}?</think>{"a":1}"#,
            #"First {"b":2}, no: {"a":1}"#,
            #"In {braces} it is {"a":1}"#,
        ]
    )
    func finds(text: String) throws {
        #expect(try EmbeddedJSON.search(text).object?.filter { !$0.isWhitespace } == #"{"a":1}"#)
    }

    @Test("Line breaks that a model writes into a string are taken as such")
    func escapes() throws {
        let text = "{\n\"a\": \"one\n\ttwo \\\" three\",\n\"b\": 1}"
        let value = try JSONValue(parsing: EmbeddedJSON.answer(in: text).utf8)
        #expect(value == ["a": "one\n\ttwo \" three", "b": 1])
    }

    @Test("Braces and quotes in strings are not structure")
    func readsStrings() throws {
        let object = #"{"a":"} \" {","b":{"c":[]}}"#
        #expect(try EmbeddedJSON.search("see \(object) there").object == object)
    }

    @Test(
        "What is not an object is not found",
        arguments: ["", "no", "[1]", "{", #"{"a":"#, "{a:1}", "}{", #"{"a":1"#]
    )
    func findsNothing(text: String) throws {
        #expect(try EmbeddedJSON.search(text).object == nil)
        #expect(try EmbeddedJSON.answer(in: text) == text)
    }

    @Test(
        "The object is found after an incomplete one",
        arguments: [#"{{"a":1}}"#, "{\"b\": \"two\n lines\" {\"a\":1}"]
    )
    func findsBehindBroken(text: String) throws {
        #expect(try EmbeddedJSON.search(text).object == #"{"a":1}"#)
    }

    @Test(
        "No byte is read twice, whatever the text is",
        arguments: [
            "{", #"{"a":"#, #"{""#, #"{"a":{"b":[1,"#, #"{"a":"{"b":"#, #"{"{"a":1}"#, "{ ", #"{"a":"\"#, "{}",
            "</think>{",
        ]
    )
    func readsOnce(repeated: String) throws {
        let text = String(repeating: repeated, count: 400_000 / repeated.utf8.count)
        #expect(try EmbeddedJSON.search(text).bytesRead <= text.utf8.count)
    }

    @Test("A search ends when its task is cancelled")
    func cancels() async throws {
        let searching = Task {
            while !Task.isCancelled { await Task.yield() }
            return try EmbeddedJSON.search(String(repeating: "{", count: 400_000))
        }
        searching.cancel()
        await #expect(throws: CancellationError.self) { try await searching.value }
    }
}
