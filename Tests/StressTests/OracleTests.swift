//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import stepcast_stress

@Suite("What the stress test finds wrong")
struct OracleTests {
    // MARK: Order

    @Test("A run that comes whole and in order is faultless, with each filter", arguments: Level.allCases)
    func whole(level: Level) {
        var scene = Scene(level: level)
        scene.store(39)
        scene.end()
        for number in 1...40 where scene.ledger.records[number - 1].passes(level) { scene.show(number) }
        #expect(scene.complaints.isEmpty, "\(scene.complaints)")
        #expect(scene.oracle.isDone)
    }

    @Test(
        "A loss, a repetition and a swap are found",
        arguments: zip(
            [[1, 2, 4], [1, 2, 2], [1, 3, 2], [2], [1, 2, 3, 4, 5, 1]],
            [[Violation.Kind.lost], [.repeated], [.lost, .outOfOrder], [.lost], [.repeated]]
        )
    )
    func order(numbers: [Int], kinds: [Violation.Kind]) {
        var scene = Scene()
        scene.store(5)
        for number in numbers { scene.show(number) }
        #expect(scene.kinds == kinds)
    }

    @Test("A text, a level, a number or an id that is not as it was written is found")
    func changed() throws {
        for change in [("Step 1", "Step 1 "), ("stress-1", "stress-2"), ("\"seq\":1", "\"seq\":3")] {
            var scene = Scene()
            scene.store(2)
            scene.show(1) { $0.replacing(change.0, with: change.1) }
            #expect(scene.kinds == [.changed], "\(change)")
        }
        var scene = Scene()
        scene.store(2)
        scene.show(1)
        scene.show(2, as: EntryID(milliseconds: 1, sequence: 0))
        #expect(scene.kinds == [.changed])
    }

    @Test("A level that was not asked for is found, and an id without an event passes what is left out only")
    func levels() throws {
        var scene = Scene(level: .error)
        scene.store(39)
        let loud = try #require(scene.ledger.records.first { $0.level >= .error })
        try #require(loud.number > 1)
        scene.show(1)
        #expect(scene.kinds == [.protocolError])

        scene = Scene(level: .error)
        scene.store(39)
        scene.pass(loud.number - 1)
        #expect(scene.kinds.isEmpty)
        scene.pass(loud.number)
        #expect(scene.kinds == [.lost])
    }

    @Test("Nothing may come after the end")
    func afterEnd() {
        var scene = Scene()
        scene.store(1)
        scene.end()
        scene.store(1, .stored)
        for number in 1...3 { scene.show(number) }
        #expect(scene.kinds == [.protocolError])
    }

    // MARK: Messages

    @Test("A late record without an id is found: its entry was there before any message")
    func lateWithoutID() {
        for form in [Form.stored, .storedThenJSON, .ours] {
            var scene = Scene()
            scene.store(2, form)
            scene.show(2)
            scene.show(1, withoutID: true)
            #expect(scene.kinds == [.lost, .withoutID])
        }
    }

    @Test("A message that comes first is shown without an id, and its entry no more on that connection")
    func messageFirst() {
        var scene = Scene()
        scene.publish(.jsonThenStored)
        scene.show(1, withoutID: true)
        scene.store(published: 1)
        scene.store(1, .stored)
        scene.show(2)
        #expect(scene.kinds.isEmpty)

        scene = Scene()
        scene.publish(.jsonThenStored)
        scene.show(1, withoutID: true)
        scene.store(published: 1)
        scene.show(1)
        #expect(scene.kinds == [.repeated])
    }

    @Test("A message whose entry comes long after it may be two events")
    func apart() {
        var scene = Scene()
        scene.publish(.jsonThenStored)
        scene.show(1, withoutID: true)
        scene.now += 6_000_000_000
        scene.store(published: 1)
        scene.show(1)
        #expect(scene.kinds.isEmpty)
    }

    @Test("Who resumes behind an earlier entry is shown the entry of a message that it saw")
    func messageThenResumed() {
        for isShown in [true, false] {
            var scene = Scene()
            scene.store(1, .stored)
            scene.show(1)
            scene.publish(.textThenStored)
            scene.show(2, withoutID: true)
            scene.store(published: 2)
            scene.store(1, .stored)
            scene.connect()
            if isShown { scene.show(2) }
            scene.show(3)
            #expect(scene.kinds == (isShown ? [] : [.lost]))
        }
    }

    @Test("A message that is never stored is shown once, in its order, to who is there all the time")
    func messagesOnly() {
        var scene = Scene()
        scene.now += Oracle.patience
        for _ in 0..<3 { scene.publish(.json) }
        scene.show(1, withoutID: true)
        scene.show(3, withoutID: true)
        scene.show(2, withoutID: true)
        #expect(scene.kinds == [.outOfOrder])
        scene.show(3, withoutID: true)
        #expect(scene.kinds == [.outOfOrder, .repeated])

        scene = Scene()
        scene.now += Oracle.patience
        scene.publish(.json)
        scene.now += 2 * Oracle.patience
        scene.leave()
        #expect(scene.kinds == [.lost])
    }

    @Test("A message is not shown after what was begun later")
    func messagesBetween() {
        var scene = Scene()
        scene.publish(.json)
        scene.now += 2 * Oracle.waiting
        scene.store(1)
        scene.show(2)
        scene.show(1, withoutID: true)
        #expect(scene.kinds == [.outOfOrder])
    }

    @Test("An entry that is there for long and is not shown is late")
    func late() {
        var scene = Scene()
        scene.store(2, .stored)
        scene.show(1)
        scene.now += 2 * Oracle.patience
        scene.leave()
        #expect(scene.kinds == [.late])
    }

    // MARK: Where viewers begin

    @Test("The last records are those, and all that follow them")
    func tail() {
        for (first, kinds) in [(4, [Violation.Kind]()), (5, [.lost]), (3, [.protocolError])] {
            var scene = Scene(start: .tail(2), stored: 5)
            scene.show(first)
            #expect(scene.kinds == kinds, "\(first)")
        }
    }

    @Test("Who comes for what is added from now on sees all that is added after it was connected")
    func fromNow() {
        var scene = Scene(start: .now, stored: 5)
        scene.store(2)
        scene.show(6)
        #expect(scene.kinds.isEmpty)
        scene = Scene(start: .now, stored: 5)
        scene.store(2)
        scene.show(7)
        #expect(scene.kinds == [.lost])
        scene = Scene(start: .now, stored: 5)
        scene.show(5)
        #expect(scene.kinds == [.protocolError])
    }
}
