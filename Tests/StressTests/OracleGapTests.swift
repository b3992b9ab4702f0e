//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import stepcast_stress

@Suite("Which gaps the stress test finds wrong")
struct OracleGapTests {
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

    @Test("Who came with an id ahead of the stream is told when that begins anew, and of nothing else twice")
    func anewWhileAhead() {
        for isAnew in [true, false] {
            var scene = Scene(start: .after(EntryID(milliseconds: 1_800_000_000_000, sequence: 0)), stored: 2)
            scene.gap()
            scene.publish(.json)
            scene.show(3, withoutID: true)
            if isAnew { scene.beginAnew() }
            scene.store(1, .stored)
            scene.gap(missed: 1)
            scene.show(4)
            #expect(scene.kinds == (isAnew ? [] : [.gapTwice]))
        }
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

    @Test("An entry deleted behind the record that a gap names may have one later", arguments: [false, true])
    func deletedBehindGap(isDeleted: Bool) throws {
        var scene = Scene(level: .critical, stored: 0)
        scene.store(100, .stored)
        let loud = scene.ledger.records.filter { $0.level == .critical }.map(\.number)
        try #require(loud.count > 2 && loud[0] > 5)
        scene.now += 2 * Oracle.notice
        scene.remove(1, 2)
        if isDeleted { scene.remove(loud[0] - 1) }
        scene.gap(before: 3)
        scene.show(loud[0])
        scene.gap()
        scene.show(loud[1])
        #expect(scene.kinds == (isDeleted ? [] : [.gap]))
        scene.gap()
        scene.show(loud[2])
        #expect(scene.kinds == (isDeleted ? [.gap] : [.gap, .gap]))
    }

    @Test("An entry below those of the former stream may be taken for one of them if a higher one was deleted")
    func takenForOld() {
        var scene = Scene()
        scene.store(2, .stored)
        scene.beginAnew()
        scene.store(1, .stored)
        scene.raiseIDs()
        scene.store(2, .stored)
        #expect((0..<5).filter { scene.ledger.mayBeTakenForOld($0) } == [])
        scene.remove(4)
        #expect((0..<5).filter { scene.ledger.mayBeTakenForOld($0) } == [2])
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

    @Test("Where older entries are there, the gap may stand in front of a later record", arguments: [0, 1, 2])
    func owed(place: Int) {
        var scene = Scene()
        scene.store(5, .stored)
        scene.show(1)
        scene.show(2)
        scene.remove(2, 3)
        scene.connect()
        if place == 1 { scene.gap() }
        scene.show(4)
        if place == 2 { scene.gap() }
        scene.show(5)
        scene.now += 2 * Oracle.notice
        scene.store(1, .stored)
        scene.show(6)
        #expect(scene.kinds == (place == 0 ? [.missingGap] : []))
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

    @Test(
        "What went with the entry seen last is told before the next one only if nothing older is left",
        arguments: [1, 2]
    )
    func older(first: Int) {
        var scene = Scene()
        scene.store(5, .stored)
        scene.show(1)
        scene.show(2)
        if first == 1 { scene.remove(1, 2, 3) } else { scene.remove(2, 3) }
        scene.show(4)
        #expect(scene.kinds == (first == 1 ? [.missingGap] : []))
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
}
