//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Testing

@testable import Browser

@Suite("Kept sessions")
struct KeptSessionsTests {
    private let browser = NSObject()

    private func entry(_ session: String, _ context: String, until: ContinuousClock.Instant) -> KeptSessions.Entry {
        KeptSessions.Entry(session: session, browser: ObjectIdentifier(browser), contextID: context, until: until)
    }

    @Test("A session is taken out once, is replaced by its successor, and gives way when it is the oldest of too many")
    func keeps() {
        let now = ContinuousClock.now
        var kept = KeptSessions(limit: 2)
        let first = kept.keep(entry("a", "1", until: now))
        let replaced = kept.keep(entry("a", "2", until: now))
        #expect(first == [])
        #expect(replaced.map(\.contextID) == ["1"])
        _ = kept.keep(entry("b", "3", until: now + .seconds(1)))
        let third = kept.keep(entry("c", "4", until: now + .seconds(2)))
        #expect(third.map(\.session) == ["a"])
        let id = ObjectIdentifier(browser)
        let elsewhere = kept.take("b", in: ObjectIdentifier(NSObject()))
        let taken = kept.take("b", in: id)
        let again = kept.take("b", in: id)
        #expect(elsewhere == nil)
        #expect(taken == "3")
        #expect(again == nil)
        let early = kept.expire(at: now + .seconds(1))
        let late = kept.expire(at: now + .seconds(2))
        #expect(early == [])
        #expect(late.map(\.session) == ["c"])
        #expect(kept.nextExpiry == nil)
    }

    @Test("The sessions of a browser go with it")
    func forgets() {
        var kept = KeptSessions(limit: 2)
        _ = kept.keep(entry("a", "1", until: .now))
        #expect(kept.holds(ObjectIdentifier(browser)))
        kept.forget(ObjectIdentifier(browser))
        #expect(!kept.holds(ObjectIdentifier(browser)))
    }
}
