//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An event of the DevTools protocol.
struct DevToolsEvent: Sendable {
    /// The event's name, such as `Page.frameNavigated`.
    var method: String
    /// Its parameters; an empty object where it has none.
    var params: DevToolsValue
    /// The session that it comes from; `nil` for the browser's own.
    var session: String?
}

/// What a message of the protocol is: the answer to a command, or an event.
enum DevToolsMessage: Sendable {
    case answer(id: Int, Result<DevToolsValue, BrowserError>)
    case event(DevToolsEvent)

    init(_ frame: [UInt8]) throws {
        let value = try DevToolsValue(parsing: frame)
        if let id = value["id"]?.integer {
            if let error = value["error"] {
                let text = error["message"]?.string ?? "unknown error"
                let detail = error["data"]?.string.map { ": \($0)" } ?? ""
                // A command that meets a page on its way out learns of it so, where the event is still behind.
                let isGone = text.hasPrefix("Session with given id not found")
                let error =
                    isGone
                    ? BrowserError(.pageClosed, "the page was closed") : BrowserError(.protocolError, text + detail)
                self = .answer(id: id, .failure(error))
            } else {
                self = .answer(id: id, .success(value["result"] ?? [:]))
            }
        } else if let method = value["method"]?.string {
            let params = value["params"] ?? [:]
            self = .event(DevToolsEvent(method: method, params: params, session: value["sessionId"]?.string))
        } else {
            throw BrowserError(.protocolError, "the browser sent a message that is neither an answer nor an event")
        }
    }
}
