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

    // MARK: Gaps

    @Test("A gap is missed where numbered records are gone, and wanted once", arguments: [0, 1, 2])
    func gaps(count: Int) {
        var scene = Scene()
        scene.store(5)
        scene.show(1)
        scene.remove(2, 3)
        for _ in 0..<count { scene.gap() }
        scene.show(4)
        scene.show(5)
        #expect(scene.kinds == [[.missingGap], [], [.gapTwice]][count])
    }

    @Test("A gap where nothing is gone is false, also when nothing follows it")
    func falseGaps() {
        var scene = Scene()
        scene.store(5)
        scene.show(1)
        scene.gap()
        scene.show(2)
        #expect(scene.kinds == [.gap])
        scene.gap()
        scene.leave()
        #expect(scene.kinds == [.gap, .gap])
    }

    @Test("A hole that is told again behind what follows it is told twice: the second gap is false")
    func toldAgain() {
        var scene = Scene()
        scene.store(5)
        scene.show(1)
        scene.remove(2)
        scene.gap()
        scene.show(3)
        scene.gap()
        scene.show(4)
        #expect(scene.kinds == [.gap])
    }

    @Test("Messages in no stream do not make two holes of one")
    func toldAgainBehindMessage() {
        var scene = Scene()
        scene.store(5)
        scene.show(1)
        scene.remove(2, 3)
        scene.gap()
        scene.publish(.json)
        scene.show(6, withoutID: true)
        scene.gap(missed: 2)
        scene.show(4)
        #expect(scene.kinds == [.gapTwice])
    }

    @Test("Each hole has a gap where the level leaves out what lies between two")
    func filteredHoles() throws {
        var scene = Scene(level: .critical)
        scene.store(39)
        let loud = try #require(scene.ledger.records.first { $0.level == .critical }?.number)
        try #require(loud > 4)
        scene.remove(2)
        scene.remove(4)
        scene.gap()
        scene.gap(missed: 1)
        scene.show(loud)
        #expect(scene.kinds == [])
    }

    @Test("A trimmed run begins with a gap if it is numbered, and may otherwise", arguments: [false, true])
    func trimmed(isTold: Bool) {
        for (form, kinds) in [(Form.ours, [Violation.Kind.missingGap]), (.stored, [])] {
            var scene = Scene()
            scene.store(5, form)
            scene.remove(1, 2)
            if isTold { scene.gap() }
            scene.show(3)
            #expect(scene.kinds == (isTold ? [] : kinds))
        }
    }

    @Test("Who resumes where the entry is gone with what followed it is told so")
    func resumed() {
        var scene = Scene()
        scene.store(5, .stored)
        scene.show(1)
        scene.remove(1, 2)
        scene.connect()
        scene.show(3)
        #expect(scene.kinds == [.missingGap])
        // Where only the entry itself is gone, nobody can tell.
        for isTold in [true, false] {
            scene = Scene()
            scene.store(5, .stored)
            scene.show(1)
            scene.remove(1)
            scene.connect()
            if isTold { scene.gap() }
            scene.show(2)
            #expect(scene.kinds.isEmpty)
        }
    }

    @Test("Who resumes where the entry went later than what followed it need not be told: a gateway had read it")
    func resumedLater() {
        for isTold in [true, false] {
            var scene = Scene()
            scene.store(5, .stored)
            scene.show(1)
            scene.remove(2)
            scene.remove(1)
            scene.connect()
            if isTold { scene.gap() }
            scene.show(3)
            #expect(scene.kinds.isEmpty)
        }
    }

    @Test("A hole among unnumbered entries between two numbered ones is told before the second at the latest")
    func mixed() {
        for isTold in [true, false] {
            var scene = Scene()
            scene.store(2)
            scene.store(1, .stored)
            scene.store(1)
            scene.show(1)
            scene.remove(2)
            scene.show(3)
            if isTold { scene.gap() }
            scene.show(4)
            #expect(scene.kinds == (isTold ? [] : [.missingGap]))
        }
    }

    @Test("Who comes with an id ahead of the stream gets one gap, then what there is")
    func ahead() {
        for count in 0...2 {
            var scene = Scene(start: .after(EntryID(milliseconds: 9_999_999_999_999, sequence: 0)), stored: 3)
            for _ in 0..<count { scene.gap() }
            scene.store(1)
            scene.show(4)
            #expect(scene.kinds == [[.missingGap], [], [.gapTwice]][count])
        }
        var scene = Scene(start: .after(EntryID(milliseconds: 9_999_999_999_999, sequence: 0)), stored: 3)
        scene.now += 2 * Oracle.patience
        scene.leave()
        #expect(scene.kinds == [.missingGap])
    }

    @Test("A stream that is begun anew below is shown whole, with a gap to who resumes")
    func begunAnew() {
        for count in 0...1 {
            var scene = Scene()
            scene.store(3)
            for number in 1...3 { scene.show(number) }
            scene.beginAnew()
            scene.store(2, .stored)
            scene.now += 2 * Oracle.notice
            scene.connect()
            if count > 0 { scene.gap() }
            scene.show(4)
            scene.show(5)
            #expect(scene.kinds == (count > 0 ? [] : [.missingGap]))
        }
        var scene = Scene()
        scene.store(3)
        scene.show(1)
        scene.beginAnew()
        scene.store(2, .stored)
        scene.gap()
        scene.show(5)
        #expect(scene.kinds == [.lost])
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
