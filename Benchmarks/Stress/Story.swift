//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the records of a topic say. It depends on the topic and the record's number alone, so that whoever reads a record
/// knows what it must say.
struct Story {
    let title: String
    let salt: UInt64

    func level(_ number: Int) -> Level {
        switch SeededGenerator.hash(salt, UInt64(number), 1) % 20 {
        case 0..<4: .debug
        case 4..<14: .info
        case 14..<17: .warning
        case 17..<19: .error
        default: .critical
        }
    }

    /// The text. Most are as long as a real line; some would fill the buffers of a socket, and very few all of them.
    func message(_ number: Int) -> String {
        let hash = SeededGenerator.hash(salt, UInt64(number), 2)
        let length =
            switch hash % 4000 {
            case 0: Int(hash >> 32) % 700_000
            case 1..<20: Int(hash >> 32) % 30_000
            case 20..<240: Int(hash >> 32) % 2000
            default: 20 + Int(hash >> 32) % 150
            }
        let start = Int(hash >> 16) % 26
        return "📍 Step \(number): of \(title) "
            + String(decoding: Self.filler[start..<(start + length)], as: UTF8.self)
    }

    /// The number in a text that stands somewhere near the beginning of the given bytes.
    static func number(in bytes: some Collection<UInt8>) -> Int? {
        self.number(behind: marker, in: Array(bytes.prefix(250)))
    }

    /// The number in an `end` or a `batch_end`, whose `steps` or `completed` it is.
    static func number(inEnd bytes: some Collection<UInt8>) -> Int? {
        let bytes = Array(bytes.prefix(500))
        return self.number(behind: steps, in: bytes) ?? self.number(behind: completed, in: bytes)
    }

    private static func number(behind marker: [UInt8], in bytes: [UInt8]) -> Int? {
        var index = 0
        while index + marker.count < bytes.count {
            if bytes[index] == marker[0], bytes[index...].starts(with: marker) {
                let digits = bytes[(index + marker.count)...].prefix { (48...57).contains($0) }
                return Int(String(decoding: digits, as: UTF8.self))
            }
            index += 1
        }
        return nil
    }

    private static let marker = Array("Step ".utf8)
    private static let steps = Array(#""steps":"#.utf8)
    private static let completed = Array(#""completed":"#.utf8)
    private static let filler = (0..<700_100).map { UInt8(ascii: "a") + UInt8(($0 * 7 + $0 / 26) % 26) }
}

// MARK: In Redis

extension Story {
    /// What an `end` tells.
    private func end(_ record: Record) -> String {
        record.kind == .batchEnd
            ? #"{"batch_id":"\#(record.run)","runs":\#(record.number),"completed":\#(record.number),"failed":0,"#
                + #""cancelled":0,"timed_out":0}"#
            : #"{"status":"completed","result":"all of \#(record.run)","steps":\#(record.number)}"#
    }

    /// The fields of the stream's entry.
    func fields(_ record: Record) -> [String] {
        var fields = ["msg", self.message(record.number)]
        if record.form.isNumbered {
            fields += ["agent_name", "browser agent"]
            if record.kind != .batchEnd { fields += ["request_id", record.run] }
            fields += ["timestamp", "1695307200.123", "source", "logger", "level", record.level.name]
            if let seq = record.seq { fields += ["seq", "\(seq)"] }
            fields += ["kind", record.kind.rawValue]
            if record.kind != .log { fields += ["data", end(record)] }
            // The handler for Python has the number first.
            return record.form == .python ? ["seq", "\(record.seq ?? 0)"] + fields.filter(seq: record.seq) : fields
        }
        if record.form.hasLevel { fields += ["level", record.level.name] }
        if record.form.publishesJSON { fields += ["agent_name", "browser agent", "request_id", record.run] }
        if let seq = record.absurdSeq { fields += ["seq", seq] }
        return fields
    }

    /// The message on the channel. That of ours ends before its `id` and the brace, which the script adds.
    func payload(_ record: Record, batchSeq: Int? = nil) -> String {
        let message = self.message(record.number)
        guard record.form.publishesJSON else { return message }
        var text = #"{"agent_name":"browser agent","msg":"\#(message)""#
        if record.kind != .batchEnd { text += #","request_id":"\#(record.run)""# }
        text += #","timestamp":1695307200.123,"source":"logger","level":"\#(record.level.name)""#
        guard record.form.isNumbered else {
            if let seq = record.absurdSeq { text += #","seq":\#(seq)"# }
            if let id = record.foreignID { text += #","id":"\#(id)""# }
            return text + "}"
        }
        if let seq = record.seq { text += #","seq":\#(seq)"# }
        text += #","kind":"\#(record.kind.rawValue)""#
        if record.kind != .log { text += #","data":\#(end(record))"# }
        if let batchSeq { text += #","batch_seq":\#(batchSeq)"# }
        return text
    }
}

extension [String] {
    /// Without the field `seq`.
    fileprivate func filter(seq: Int?) -> [String] {
        guard let index = firstIndex(of: "seq"), seq != nil else { return self }
        var rest = self
        rest.removeSubrange(index...(index + 1))
        return rest
    }
}

// MARK: At the viewer

extension Story {
    private static let time = "2023-09-21T14:40:00.123Z"

    /// Whether an event is what the gateway makes of a record.
    func matches(_ data: String, _ record: Record) -> Bool {
        let start: String
        switch record.kind {
        case .end:
            start =
                #"{"type":"end","data":{"request_id":"\#(record.run)","status":"completed","#
                + #""result":"all of \#(record.run)","steps":\#(record.number)},"timestamp":"\#(Self.time)","#
                + #""channel":"browser_use_logs:\#(record.run)"}"#
            return data.utf8.elementsEqual(start.utf8)
        case .batchEnd:
            return data.utf8.starts(with: #"{"type":"batch_end","data":{"batch_id":"\#(record.run)","runs":"#.utf8)
        case .log:
            start =
                #"{"type":"log","data":{"level":"\#(record.level.name)","message":"\#(self.message(record.number))","#
                + #""source":"browser-agent","request_id":"\#(record.run)","timestamp":"#
        }
        let channel = #","channel":"browser_use_logs:\#(record.run)"}"#
        if let seq = record.seq {
            let rest = #""\#(Self.time)","log_source":"logger","seq":\#(seq)},"timestamp":"\#(Self.time)""# + channel
            return data.utf8.elementsEqual((start + rest).utf8)
        }
        return isUnnumbered(data, start, channel)
    }

    /// Whether an event is what the gateway makes of a record's text alone.
    func isText(_ data: String, _ record: Record) -> Bool {
        let start = #"{"type":"log","data":{"level":"INFO","message":"\#(self.message(record.number))","#
        return isUnnumbered(data, start, #","channel":"browser_use_logs:\#(record.run)"}"#)
    }

    private func isUnnumbered(_ data: String, _ start: String, _ end: String) -> Bool {
        guard data.utf8.starts(with: start.utf8), data.hasSuffix(end) else { return false }
        // The time is the entry's, the message's or that of arrival; and there is no number.
        let rest = String(decoding: Array(data.utf8.dropFirst(start.utf8.count)), as: UTF8.self)
        return rest.contains(#""log_source":"logger"},"#) || rest.contains(#""log_source":"text"},"#)
    }
}
