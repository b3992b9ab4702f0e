//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@Suite("Ids of stream entries")
struct EntryIDTests {
    @Test(
        "An id is read and written the same way",
        arguments: ["0-0", "1695307200123-0", "1695307200123-17", "18446744073709551615-18446744073709551615"]
    )
    func roundTrip(text: String) throws {
        let id = try #require(EntryID(text))
        #expect(id.description == text)
    }

    @Test("Milliseconds alone mean the first entry of that millisecond, as in Redis")
    func millisecondsAlone() {
        #expect(EntryID("1695307200123") == EntryID(milliseconds: 1_695_307_200_123, sequence: 0))
    }

    @Test("Leading zeros are ignored")
    func leadingZeros() {
        #expect(EntryID("007-01") == EntryID(milliseconds: 7, sequence: 1))
    }

    @Test(
        "Text that is not an id is rejected",
        arguments: [
            "", "-", "1-", "-1", "a-1", "1-a", "+1-0", "1-+0", "1--1", "1-2-3", " 1-0", "1-0 ", "1-0\n", "1.5-0",
            "0x1-0",
            "１-0", "$", ">", "*", "1-*", "18446744073709551616-0", "0-18446744073709551616", "99999999999999999999-0",
            "000000000000000000001-0",
        ]
    )
    func invalid(text: String) {
        #expect(EntryID(text) == nil)
    }

    @Test("Ids order by time and then by sequence, as numbers")
    func order() {
        let ids = ["0-0", "0-1", "9-9", "10-0", "10-2", "10-10", "11-1", "1695307200123-0", "18446744073709551615-0"]
        let parsed = ids.compactMap { EntryID($0) }
        #expect(parsed.count == ids.count)
        #expect(parsed.shuffled().sorted().map(\.description) == ids)
        #expect(EntryID.zero == EntryID("0-0"))
        #expect(!(EntryID.zero < EntryID.zero))
    }
}

@Suite("Levels")
struct LogLevelTests {
    @Test("Levels rise from DEBUG to CRITICAL")
    func order() {
        #expect(LogLevel.allCases.shuffled().sorted() == [.debug, .info, .warning, .error, .critical])
        #expect(LogLevel.allCases.map(\.rawValue) == ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
    }

    @Test(
        "Names are accepted in any case, and so are the usual other names",
        arguments: [
            ("DEBUG", LogLevel.debug), ("debug", .debug), ("Trace", .debug), ("info", .info), ("INFO", .info),
            ("notice", .info), ("Warning", .warning), ("warn", .warning), ("error", .error), ("CRITICAL", .critical),
            ("fatal", .critical),
        ]
    )
    func names(name: String, level: LogLevel) {
        #expect(LogLevel(name: name) == level)
    }

    @Test("Other names are not levels", arguments: ["", " ", "INFO ", "20", "verbose", "errors"])
    func unknown(name: String) {
        #expect(LogLevel(name: name) == nil)
    }
}
