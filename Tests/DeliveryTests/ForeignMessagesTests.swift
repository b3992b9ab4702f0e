//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("Records of publishers that are not ours")
struct ForeignMessagesTests {
    @Test("A message and its entry are one event, with the entry's id and what the message says")
    func entryFirst() throws {
        var log = TopicLog.loaded()
        let needsLook = log.receive(message("hello"), at: moment())
        #expect(needsLook)
        log.look(page([foreign(1, "hello")], added: 1))
        log.seal()
        let found = log.read(from: 0, level: .debug, seen: SeenFrames(since: 0))
        let slice = try #require(found)
        #expect(slice.bytes.words == ["hello"])
        let text = String(buffer: slice.bytes)
        #expect(text.contains("id: \(id(1))\n"))
        #expect(text.contains("their-agent"))
    }

    @Test("An entry that is found before its message waits for it, but not for long")
    func held() {
        var log = TopicLog.loaded()
        log.look(page([foreign(1, "hello")], added: 1), at: moment())
        #expect(log.seen() == [])
        log.look(at: moment(100))
        #expect(log.seen() == [])
        log.look(at: moment(200))
        #expect(log.seen() == ["hello"])
    }

    @Test("Under an id that is no time, an entry waits for its message and remembers it all the same")
    func countedIDs() {
        var log = TopicLog.loaded()
        var entry = foreign(1, "hello")
        entry.id = EntryID(milliseconds: 1000, sequence: 1)
        log.look(page([entry], added: 1), at: moment())
        log.look(at: moment(200))
        #expect(log.seen() == ["hello"])
        let needsLook = log.receive(message("hello"), at: moment(900))
        #expect(!needsLook)
        log.look(at: moment(2000))
        #expect(log.seen() == ["hello"])
    }

    @Test("Entries of a publisher that never publishes do not wait any more")
    func storesOnly() {
        var log = TopicLog.loaded()
        log.look(page([foreign(1, "a")], added: 1), at: moment())
        log.look(at: moment(200))
        log.look(page([foreign(2, "b")], added: 2), at: moment(300))
        #expect(log.seen() == ["a", "b"])
    }

    @Test("Two messages of the same text belong to two entries of that text, in order")
    func sameText() {
        var log = TopicLog.loaded()
        for _ in 0..<3 { _ = log.receive(message("tick"), at: moment()) }
        log.look(page([foreign(1, "tick"), foreign(2, "tick")], added: 2), at: moment())
        log.look(page([foreign(3, "tick")], added: 3), at: moment(10))
        log.look(at: moment(500))
        #expect(log.seen() == ["tick", "tick", "tick"])
    }

    @Test("A message whose entry comes too late is given without an id; the entry is for those who come later")
    func late() {
        var log = TopicLog.loaded()
        var there = Watcher(.now)
        there.pump(&log)
        _ = log.receive(message("hello"), at: moment())
        log.look(at: moment(10))
        log.look(at: moment(200))
        log.seal()
        there.pump(&log)
        #expect(there.takeWords() == ["hello"])
        log.look(page([foreign(900, "hello")], added: 1), at: moment(900))
        log.seal()
        there.pump(&log)
        #expect(there.takeWords() == [])
        #expect(there.cursor == id(900))
        var joined = Watcher(.beginning)
        joined.pump(&log)
        #expect(joined.words == ["hello"])
    }

    @Test("Foreign entries between ours are found, with an id, in the stream's order, also in a stream that was empty")
    func between() {
        var log = TopicLog.loaded()
        log.receive(record(1))
        var second = record(3)
        second.seq = 2
        let needsLook = log.receive(payload(second, after: id(2)), at: moment())
        #expect(needsLook)
        log.look(page([foreign(2, "theirs"), second], added: 3), at: moment())
        #expect(log.seen() == ["line 1", "theirs", "line 3"])
        var joined = Watcher(.after(id(1)))
        joined.pump(&log)
        #expect(joined.words == ["theirs", "line 3"])
    }

    @Test("A JSON object with an id of its own is shown", arguments: ["42", "5-0", "x"])
    func ownID(text: String) {
        var log = TopicLog.loaded([record(1)])
        _ = log.receive(ByteBuffer(string: #"{"msg":"hi","id":"\#(text)"}"#), at: moment())
        log.look(at: moment(10))
        log.look(at: moment(200))
        #expect(log.seen() == ["line 1", "hi"])
    }

    @Test("Messages alone and messages with entries of one publisher stay in order")
    func alternating() {
        var log = TopicLog.loaded()
        _ = log.receive(message("a"), at: moment())
        log.look(page([foreign(1, "a")], added: 1), at: moment())
        _ = log.receive(message("b"), at: moment(1))
        _ = log.receive(message("c"), at: moment(1))
        log.look(page([foreign(2, "c")], added: 2), at: moment(2))
        _ = log.receive(message("d"), at: moment(3))
        log.look(at: moment(4))
        #expect(log.seen() == ["a", "b", "c"])
        log.look(at: moment(28))
        #expect(log.seen() == ["a", "b", "c", "d"])
    }

    @Test("Somebody who joins hides an entry that waits from nobody")
    func joining() {
        var log = TopicLog.loaded()
        var first = Watcher(.now)
        first.pump(&log)
        log.look(page([foreign(1, "hello")], added: 1), at: moment())
        var second = Watcher(.beginning)
        second.pump(&log)
        log.look(at: moment(200))
        log.seal()
        first.pump(&log)
        second.pump(&log)
        #expect(first.words == ["hello"])
        #expect(second.words == ["hello"])
    }
}

@Suite("What publishers are seen to do")
struct PublisherHabitsTests {
    @Test("Nothing is known at first, so a message waits for its entry")
    func unknown() {
        let habits = PublisherHabits()
        #expect(habits.messagePatience == 120)
        #expect(!habits.storesOnly)
    }

    @Test("Who stores first is not waited for")
    func storesFirst() {
        var habits = PublisherHabits()
        habits.sawEntryFirst()
        #expect(habits.messagePatience < 120)
        habits.sawMessageFirst()
        #expect(habits.messagePatience == 120)
    }

    @Test("Who publishes only is no longer waited for after one message, who publishes first after eight")
    func vain() {
        var habits = PublisherHabits()
        habits.sawNoEntry()
        #expect(habits.messagePatience < 120)
        habits.sawMessageFirst()
        for _ in 0..<7 { habits.sawNoEntry() }
        #expect(habits.messagePatience == 120)
        habits.sawNoEntry()
        #expect(habits.messagePatience < 120)
    }

    @Test("An entry that waited in vain tells that nothing is published, until a message comes")
    func storesOnly() {
        var habits = PublisherHabits()
        habits.sawNoMessage()
        #expect(habits.storesOnly)
        habits.sawLateMessage()
        #expect(!habits.storesOnly)
    }
}
