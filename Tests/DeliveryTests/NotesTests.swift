//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Delivery

@Suite("Texts that are remembered")
struct NotesTests {
    @Test("The same text more than once is given back in that order")
    func order() {
        var notes = Notes<Int>(limit: 10, duration: 1000)
        for (value, text) in ["a", "b", "a"].enumerated() { notes.add(text, value, at: moment()) }
        #expect(notes.take("a", at: moment()) == 0)
        #expect(notes.take("a", at: moment()) == 2)
        #expect(notes.take("a", at: moment()) == nil)
        #expect(notes.take("b", at: moment()) == 1)
    }

    @Test("What was noted too long ago is forgotten")
    func duration() {
        var notes = Notes<Int>(limit: 10, duration: 1000)
        notes.add("a", 1, at: moment())
        notes.add("b", 2, at: moment(500))
        #expect(notes.take("a", at: moment(1000)) == nil)
        #expect(notes.take("b", at: moment(1000)) == 2)
    }

    @Test("Beyond the limit the oldest is forgotten, also when others were taken out")
    func limit() {
        var notes = Notes<Int>(limit: 3, duration: 1000)
        for value in 0..<5 { notes.add("\(value)", value, at: moment()) }
        #expect(notes.take("1", at: moment()) == nil)
        #expect(notes.take("3", at: moment()) == 3)
        notes.add("5", 5, at: moment())
        #expect([2, 4, 5].map { notes.take("\($0)", at: moment()) } == [2, 4, 5])
    }
}
