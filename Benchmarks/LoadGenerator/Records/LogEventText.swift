//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// A record in the two forms in which servers are given it: the payload of Stepcast's Redis channel, and the data of the
/// Server-Sent Event that comes out, which nchan is given ready-made (protocol, sections 2 and 3).
struct LogEventText {
    /// Of the text, in bytes.
    var textLength: Int
    /// Records of ours have a number.
    var form = PublisherForm.ours

    /// The payload; of ours without its last fields and brace, which the script in Redis adds.
    func payload(_ content: RecordText.Content, name: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(textLength + 250)
        output.append(#"{"agent_name":"browser agent","msg":""#)
        RecordText.append(content, length: textLength, to: &output)
        output.append(#"","request_id":""#)
        output.append(name)
        output.append(#"","timestamp":"#)
        output.append(Self.epochSeconds)
        output.append(#","source":"logger","level":"INFO""#)
        if form == .ours {
            output.append(#","seq":"#)
            output.append(decimal: content.seq)
            output.append(#","kind":"log""#)
        } else {
            output.append("}")
        }
        return output
    }

    func eventData(_ content: RecordText.Content, name: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(textLength + 350)
        let time = Self.iso8601(milliseconds: Clock.epochMilliseconds)
        output.append(#"{"type":"log","data":{"level":"INFO","message":""#)
        RecordText.append(content, length: textLength, to: &output)
        output.append(#"","source":"browser-agent","request_id":""#)
        output.append(name)
        output.append(#"","timestamp":""#)
        output.append(contentsOf: time)
        output.append(#"","log_source":"logger""#)
        if form == .ours {
            output.append(#","seq":"#)
            output.append(decimal: content.seq)
        }
        output.append(#"},"timestamp":""#)
        output.append(contentsOf: time)
        output.append(#"","channel":"browser_use_logs:"#)
        output.append(name)
        output.append(#""}"#)
        return output
    }

    /// The time of day in seconds, with milliseconds.
    static var epochSeconds: String {
        let milliseconds = Int(Clock.epochMilliseconds)
        var output: [UInt8] = []
        output.append(decimal: milliseconds / 1000)
        output.append(".")
        output.append(decimal: milliseconds % 1000, digits: 3)
        return String(decoding: output, as: UTF8.self)
    }

    private static func iso8601(milliseconds: Int64) -> [UInt8] {
        var seconds = time_t(milliseconds / 1000)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        var output: [UInt8] = []
        output.append(decimal: Int(fields.tm_year) + 1900, digits: 4)
        output.append("-")
        output.append(decimal: Int(fields.tm_mon) + 1, digits: 2)
        output.append("-")
        output.append(decimal: Int(fields.tm_mday), digits: 2)
        output.append("T")
        output.append(decimal: Int(fields.tm_hour), digits: 2)
        output.append(":")
        output.append(decimal: Int(fields.tm_min), digits: 2)
        output.append(":")
        output.append(decimal: Int(fields.tm_sec), digits: 2)
        output.append(".")
        output.append(decimal: Int(milliseconds % 1000), digits: 3)
        output.append("Z")
        return output
    }
}
