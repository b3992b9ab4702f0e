//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Replaces what differs between runs or machines by nature: times, entry ids, durations, ports, the names of tabs, and
/// places on a page, which depend on fonts. Everything else is compared unchanged.
struct Normalization {
    /// Texts that are known in advance, such as `:40123`, and their replacements.
    var names: [(text: String, name: String)] = []

    /// Normalizes all parts of a recording. An entry id gets the same number everywhere.
    func normalized(_ text: String) -> String {
        var text = text
        for (known, name) in names { text = text.replacing(known, with: name) }
        // Times before the year 2024 were written by a test itself.
        text = text.replacing(/20(?:2[4-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ/, with: "<time>")
        text = text.replacing(/"timestamp":1[7-9]\d{8}(?:\.\d+)?/, with: #""timestamp":<seconds>"#)
        text = text.replacing(/(?m:^)timestamp = 1[7-9]\d{8}(?:\.\d+)?/, with: "timestamp = <seconds>")
        text = text.replacing(/"duration_ms":\d+/, with: #""duration_ms":<ms>"#)
        text = text.replacing(/(?m:^)duration_ms = \d+/, with: "duration_ms = <ms>")
        text = text.replacing(/"box":\[\d+,\d+,\d+,\d+\]/, with: #""box":[<box>]"#)
        text = text.replacing(/the tab [0-9A-F]{4}\b/, with: "the tab <tab>")
        // The entry in the run's own stream. Its id may or may not equal that of an entry of the batch.
        text = text.replacing(/"run_entry":"\d+-\d+"/, with: #""run_entry":"<entry>""#)
        text = text.replacing(/(?m:^)run_entry = \d+-\d+/, with: "run_entry = <entry>")
        var numbers: [String: Int] = [:]
        return text.replacing(/\b1[7-9]\d{11}-\d+\b/) { match in
            let id = String(match.output)
            let number = numbers[id] ?? numbers.count + 1
            numbers[id] = number
            return "<id \(number)>"
        }
    }
}
