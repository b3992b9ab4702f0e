//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One run: how many records it has, what each of them says, and what is known about their ids.
///
/// Everything that a record says depends on the run and the record's number, so that whoever reads it knows what it
/// must say.
final class Run {
    let name: String
    /// The number of its `end`.
    let length: Int

    /// What has been confirmed to the writer.
    var confirmed = 0
    /// Whether the `end` has been confirmed.
    var isOver: Bool { self.confirmed >= self.length }

    /// The id under which each number was seen first, by a viewer or in a reply to the writer.
    private(set) var ids: [EntryID?]
    /// Numbers that were seen under another id too.
    private(set) var conflicts: [(seq: Int, id: EntryID, witness: String)] = []

    private let salt: UInt64

    init(name: String, length: Int, salt: UInt64) {
        self.name = name
        self.length = length
        self.salt = salt
        self.ids = Array(repeating: nil, count: length + 1)
    }

    /// Takes note of the id of a record.
    func saw(_ seq: Int, as id: EntryID, by witness: String) {
        guard self.ids.indices.contains(seq) else { return }
        if let known = self.ids[seq] {
            if known != id { self.conflicts.append((seq, id, witness)) }
        } else {
            self.ids[seq] = id
        }
    }

    /// The record that a viewer that has seen all up to `seq` sees next.
    ///
    /// - Parameter level: The least severe that it sees. The `end` is seen in any case.
    func next(after seq: Int, level: Level) -> Int {
        var next = seq + 1
        while next < self.length, self.level(next) < level { next += 1 }
        return next
    }

    func level(_ seq: Int) -> Level {
        switch SeededGenerator.hash(self.salt, UInt64(seq), 1) % 20 {
        case 0..<4: .debug
        case 4..<14: .info
        case 14..<17: .warning
        case 17..<19: .error
        default: .critical
        }
    }

    /// The text. Most are as long as a real line; some would fill the buffers of a socket.
    func message(_ seq: Int) -> String {
        let hash = SeededGenerator.hash(self.salt, UInt64(seq), 2)
        let length =
            switch hash % 100 {
            case 0: Int(hash >> 32) % 30_000
            case 1..<10: Int(hash >> 32) % 2000
            default: 20 + Int(hash >> 32) % 150
            }
        let start = Int(hash >> 16) % 26
        return "📍 Step \(seq): of \(self.name) "
            + String(decoding: Self.filler[start..<(start + length)], as: UTF8.self)
    }

    private static let filler = (0..<30_100).map { UInt8(ascii: "a") + UInt8(($0 * 7 + $0 / 26) % 26) }

    /// The stream of the run, and its channel.
    var key: String { "browser_use_logs:\(self.name)" }

    /// What the `end` tells.
    var end: String { #"{"status":"completed","result":"all of \#(self.name)","steps":\#(self.length)}"# }

    /// The fields of a record in the stream, in the order of the protocol.
    func fields(_ seq: Int) -> [(name: String, value: String)] {
        var fields = [
            ("msg", self.message(seq)), ("agent_name", "browser agent"), ("request_id", self.name),
            ("timestamp", "1695307200.123"), ("source", "logger"), ("level", self.level(seq).name), ("seq", "\(seq)"),
            ("kind", seq == self.length ? "end" : "log"),
        ]
        if seq == self.length { fields.append(("data", self.end)) }
        return fields
    }

    /// The payload of a record, without its `id` and the brace, which the script adds.
    func payload(_ seq: Int) -> String {
        var text = #"{"agent_name":"browser agent","msg":"\#(self.message(seq))","request_id":"\#(self.name)","#
        text += #""timestamp":1695307200.123,"source":"logger","level":"\#(self.level(seq).name)","seq":\#(seq),"#
        text += seq == self.length ? #""kind":"end","data":\#(self.end)"# : #""kind":"log""#
        return text
    }
}
