//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The JSON of an event as received, on one line, with the event's id as its first member.
enum JSONLine {
    /// - Parameter data: the event's data. What is no JSON object is put into one, `{"type":"unknown","text":…}`, so
    ///   that each line can be relied on to be one.
    static func text(data: String, id: String?) -> String {
        let text = oneLine(data)
        guard let start = text.firstIndex(of: "{"), (try? JSONValue(parsing: text.utf8))?.object != nil else {
            var writer = JSONWriter()
            if let id { writer.field("id", id) }
            writer.field("type", "unknown")
            writer.field("text", data)
            return escapingControls(String(decoding: writer.finish(), as: UTF8.self)) + "\n"
        }
        guard let id else { return text + "\n" }
        var writer = JSONWriter()
        writer.field("id", id)
        let prefix = String(decoding: writer.finish().dropLast(), as: UTF8.self)
        let members = text[text.index(after: start)...].drop { $0 == " " }
        return escapingControls(prefix) + (members.first == "}" ? "" : ",") + members + "\n"
    }

    /// In JSON, raw line breaks are white space, and other characters to be careful with can stand in strings only,
    /// where an escape means the same.
    private static func oneLine(_ json: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            result.append(scalar == "\n" || scalar == "\r" || scalar == "\t" ? " " : scalar)
        }
        return escapingControls(String(result))
    }

    private static func escapingControls(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { TerminalText.needsCare($0) }) else { return json }
        var result = ""
        for scalar in json.unicodeScalars {
            if TerminalText.needsCare(scalar) {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
