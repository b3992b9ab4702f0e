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

    static let script = """
        local latest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
        local prev = latest[1] and latest[1][1] or '0-0'
        local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 3))
        redis.call('EXPIRE', KEYS[1], 3600)
        redis.call('PUBLISH', KEYS[1], ARGV[2] .. ',"prev":"' .. prev .. '","id":"' .. id .. '"}')
        return id
        """

    func append(_ content: RecordText.Content, name: String, to output: inout [UInt8]) {
        let key = Array("browser_use_logs:\(name)".utf8)
        let payload = events.payload(content, name: name)
        if events.form == .published { return Self.append([Array("PUBLISH".utf8), key, payload], to: &output) }
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
            Self.append(fields, to: &output)
            return Self.append([Array("PUBLISH".utf8), key, payload], to: &output)
        }
        Self.append(
            [
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
            ],
            to: &output
        )
    }

    /// Appends a command as an array of bulk strings.
    static func append(_ command: [[UInt8]], to output: inout [UInt8]) {
        output.append("*\(command.count)\r\n")
        for argument in command {
            output.append("$")
            output.append(decimal: argument.count)
            output.append("\r\n")
            output.append(contentsOf: argument)
            output.append("\r\n")
        }
    }

    func replies(in bytes: ArraySlice<UInt8>) throws(LoadError) -> (count: Int, length: Int) {
        var (count, rest) = (0, bytes)
        // Of two commands for one record the second's reply counts: a number, of the subscribers that got it.
        let counted = events.form == .ours ? UInt8(ascii: "$") : UInt8(ascii: ":")
        while let (_, length) = try Self.reply(in: rest) {
            if rest.first == counted || events.form == .ours { count += 1 }
            rest = rest.dropFirst(length)
        }
        return (count, bytes.count - rest.count)
    }

    /// Reads one reply that is a simple or a bulk string, or a number.
    ///
    /// - Returns: The string and the bytes that the reply takes; `nil` when it is not complete yet.
    static func reply(in bytes: ArraySlice<UInt8>) throws(LoadError) -> (String, length: Int)? {
        guard let type = bytes.first, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: bytes[bytes.index(after: bytes.startIndex)..<end].dropLast(), as: UTF8.self)
        let head = bytes.distance(from: bytes.startIndex, to: end) + 1
        switch type {
        case UInt8(ascii: "+"), UInt8(ascii: ":"):
            return (line, head)
        case UInt8(ascii: "$"):
            guard let count = Int(line), count >= 0 else { throw LoadError("Redis answered with no string") }
            if bytes.count < head + count + 2 { return nil }
            return (String(decoding: bytes.dropFirst(head).prefix(count), as: UTF8.self), head + count + 2)
        default:
            throw LoadError("Redis answered: \(line)")
        }
    }
}
