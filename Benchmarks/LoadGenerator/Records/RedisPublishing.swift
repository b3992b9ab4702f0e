//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Publishes in one of the forms in which records come into Redis.
struct RedisPublishing: PublishProtocol {
    /// Of the script, as `SCRIPT LOAD` told it.
    var digest: String
    var events: LogEventText
    /// About how many records a stream keeps.
    var streamLength: Int

    func append(_ content: RecordText.Content, name: String, to output: inout [UInt8]) {
        let key = Array("browser_use_logs:\(name)".utf8)
        let payload = events.payload(content, name: name)
        if events.form == .published { return output.append(redisCommand: [Array("PUBLISH".utf8), key, payload]) }
        var text: [UInt8] = []
        RecordText.append(content, length: events.textLength, to: &text)
        if events.form == .storedAndPublished {
            let fields: [[UInt8]] = [
                Array("XADD".utf8), key, Array("MAXLEN".utf8), Array("~".utf8), Array("\(streamLength)".utf8),
                Array("*".utf8), Array("msg".utf8), text,
                Array("agent_name".utf8), Array("browser agent".utf8),
                Array("request_id".utf8), Array(name.utf8),
                Array("timestamp".utf8), Array(LogEventText.epochSeconds.utf8),
                Array("source".utf8), Array("logger".utf8),
                Array("level".utf8), Array("INFO".utf8),
            ]
            output.append(redisCommand: fields)
            return output.append(redisCommand: [Array("PUBLISH".utf8), key, payload])
        }
        output.append(redisCommand: [
            Array("EVALSHA".utf8), Array(digest.utf8), Array("1".utf8), key,
            Array("\(streamLength)".utf8), payload,
            Array("msg".utf8), text,
            Array("agent_name".utf8), Array("browser agent".utf8),
            Array("request_id".utf8), Array(name.utf8),
            Array("timestamp".utf8), Array(LogEventText.epochSeconds.utf8),
            Array("source".utf8), Array("logger".utf8),
            Array("level".utf8), Array("INFO".utf8),
            Array("seq".utf8), Array("\(content.seq)".utf8),
            Array("kind".utf8), Array("log".utf8),
        ])
    }

    func replies(in bytes: ArraySlice<UInt8>) throws(LoadError) -> (count: Int, length: Int) {
        var (count, rest) = (0, bytes)
        while let (reply, next) = try RedisReply.read(rest) {
            rest = next
            switch reply {
            case .error(let text): throw LoadError("Redis answered: \(text)")
            // Of two commands for one record the second's reply counts: a number, of the subscribers that got it.
            case .number: count += 1
            default: count += events.form == .ours ? 1 : 0
            }
        }
        return (count, bytes.count - rest.count)
    }
}
