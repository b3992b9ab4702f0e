//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A server under load, with everything of its own that it needs.
protocol StreamServer: AnyObject {
    /// As in the table.
    var name: String { get }

    /// Where viewers connect.
    var port: UInt16 { get }

    /// The processes whose processor time and memory count.
    var processes: [Int32] { get }

    /// Processes that it cannot do without, whose processor time is told besides: Redis.
    var companions: [Int32] { get }

    /// Where records are published.
    var publishPort: UInt16 { get }

    /// What a publisher says, and hears.
    var publishing: any PublishProtocol { get }

    /// How many records may be on their way on one publisher's connection, so that the server does best.
    var inFlight: Int { get }

    /// The HTTP request of a viewer.
    func request(run: Int, lastEventID: String?) -> [UInt8]

    /// The HTTP request of a viewer that wants what comes after an id, of a level and above where the server knows levels.
    func request(run: Int, level: String, from id: String) -> [UInt8]

    /// The token that viewers send, if they send one.
    var token: String? { get }

    /// Whether the server hears what is published of so many runs.
    func isWatching(runs: Int) -> Bool

    /// Ends its processes and removes its files.
    func stop()
}

extension StreamServer {
    func request(run: Int, level: String, from id: String) -> [UInt8] { self.request(run: run, lastEventID: id) }

    var token: String? { nil }

    func isWatching(runs: Int) -> Bool { true }

    /// A run's name, which has the length of a UUID.
    func name(ofRun run: Int) -> String {
        let digits = String(run)
        return "597e433d-4b1c-4d2e-9a77-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    /// The HTTP request of a viewer.
    func request(path: String, lastEventID: String?) -> [UInt8] {
        var text = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
        if let token { text += "Authorization: Bearer \(token)\r\n" }
        if let lastEventID { text += "Last-Event-ID: \(lastEventID)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}
