//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServerSentEvents
import Testing

@testable import Dashboard

@Suite("The record filter")
struct RecordFilterTests {
    private let run: Identifier

    init() throws {
        run = try Identifier("r")
    }

    private func log(_ number: Int, id: String?) -> ServerSentEvent {
        ServerSentEvent(data: Events.logJSON(number), id: id)
    }

    @Test("A record goes through once, also across connections")
    func once() {
        var filter = RecordFilter(.run(run), lastEventID: "")
        #expect(filter.pass(log(1, id: "1-0"))?.id == "1-0")
        #expect(filter.pass(log(1, id: "1-0")) == nil)
        #expect(filter.pass(log(2, id: "2-0"))?.id == "2-0")
        filter.connectionBegan()
        #expect(filter.pass(log(2, id: "2-0")) == nil)
        #expect(filter.pass(log(3, id: "3-0"))?.id == "3-0")
        #expect(filter.lastEventID == "3-0")
    }

    @Test("An event without an id of its own is neither a repetition nor shown with the id before it")
    func withoutID() {
        var filter = RecordFilter(.run(run), lastEventID: "")
        let heartbeat = ServerSentEvent(data: #"{"type":"heartbeat"}"#, id: nil)
        #expect(filter.pass(heartbeat) != nil)
        _ = filter.pass(log(1, id: "1-0"))
        // From here on the stream's last id is "1-0", for events without one too.
        #expect(filter.pass(ServerSentEvent(data: heartbeat.data, id: "1-0")).map { $0.id == nil } == true)
        #expect(filter.pass(log(2, id: "1-0")).map { $0.id == nil } == true)
        #expect(filter.pass(log(3, id: "1-0")).map { $0.id == nil } == true)
    }

    @Test("Ids that run backwards, as after a loss of data, go through")
    func backwards() {
        var filter = RecordFilter(.run(run), lastEventID: "9-0")
        #expect(filter.pass(log(1, id: "5-0"))?.id == "5-0")
        #expect(filter.lastEventID == "5-0")
    }

    @Test("Only the latest 4096 ids are kept")
    func bounded() {
        var filter = RecordFilter(.run(run), lastEventID: "")
        for number in 0...4096 { _ = filter.pass(log(1, id: "\(number)-0")) }
        filter.connectionBegan()
        #expect(filter.pass(log(1, id: "1-0")) == nil)
        #expect(filter.pass(log(1, id: "0-0")) != nil)
    }
}
