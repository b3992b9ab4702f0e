//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What becomes of messages that cannot or need not be read: what one page makes the browser say must not be the end of the browser,
/// which has the pages of other runs too.
extension DevToolsMessage {
    /// No name of a method is longer, with what stands before it.
    static let longestName = 100

    /// What pages say of their own accord, as often and as long as they want, and nobody listens to.
    private static let unused = ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.", "Console."]
        .map { Array("{\"method\":\"\($0)".utf8) }

    /// Whether a message, of which this is the beginning, is an event that nobody listens to.
    static func isOfNoUse(_ message: [UInt8]) -> Bool { unused.contains { message.starts(with: $0) } }

    /// A short message in place of one that is too long or cannot be parsed: an answer becomes an error, and an event the end of its
    /// page, unless it is one of the network's, which can be missed.
    ///
    /// - Parameters:
    ///   - head: the beginning of the message.
    ///   - tail: its end, where Chromium writes the session.
    ///   - reason: what is wrong with it, to follow "cannot be read: ".
    /// - Throws: ``BrowserError`` (`protocolError`) for what is neither an answer nor an event.
    static func substitute(head: [UInt8], tail: [UInt8], because reason: String) throws(BrowserError) -> [UInt8] {
        let head = String(decoding: head.prefix(longestName), as: UTF8.self)
        var message: [String: DevToolsValue] = [:]
        if let session = session(in: String(decoding: tail.suffix(longestName), as: UTF8.self)) {
            message["sessionId"] = .string(session)
        }
        if head.hasPrefix("{\"id\":"), let id = Int64(head.dropFirst(6).prefix(while: \.isNumber)) {
            message["id"] = .integer(id)
            message["error"] = ["message": .string("the browser's answer cannot be read: \(reason)")]
        } else if head.hasPrefix("{\"method\":\"") {
            let method = head.dropFirst(11).prefix { $0 != "\"" }
            let isMissed = method.hasPrefix("Network.")
            message["method"] = .string(isMissed ? String(method) : "Inspector.targetCrashed")
            message["params"] =
                isMissed ? [:] : ["reason": .string("what the page did (\(method)) cannot be read: \(reason)")]
        } else {
            throw BrowserError(.protocolError, "the browser sent a message that cannot be read: \(reason)")
        }
        return DevToolsValue.object(message).bytes
    }

    /// `…,"sessionId":"0123"}`. What a page says stands further inside.
    private static func session(in tail: String) -> String? {
        guard let start = tail.ranges(of: ",\"sessionId\":\"").last?.upperBound, tail.hasSuffix("\"}") else {
            return nil
        }
        let session = tail[start...].dropLast(2)
        return session.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } ? String(session) : nil
    }
}
