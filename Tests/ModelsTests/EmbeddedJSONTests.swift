//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Models

@Suite("JSON in what a model says")
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
    func finds(text: String) {
        #expect(EmbeddedJSON.object(in: text)?.filter { !$0.isWhitespace } == #"{"a":1}"#)
    }

    @Test("Braces and quotes in strings are no braces and quotes")
    func readsStrings() {
        let object = #"{"a":"} \" {","b":{"c":[]}}"#
        #expect(EmbeddedJSON.object(in: "see \(object) there") == object)
    }

    @Test("What is no object is not found", arguments: ["", "no", "[1]", "{", #"{"a":"#, "{a:1}", "}{", #"{"a":1"#])
    func findsNothing(text: String) {
        #expect(EmbeddedJSON.object(in: text) == nil)
    }
}
