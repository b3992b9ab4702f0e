//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a publisher does to Redis in one step, and what of the ledgers that concerns.
struct Operation {
    /// A command on one of the keys of its publisher, which are counted from 1.
    struct Command {
        var name: String
        var key: Int
        var arguments: [String]
    }

    /// Counts the operations of a publisher, from 1. Given when it is sent.
    var number = 0
    var commands: [Command]
    /// Records that it stores, in order: which ledger, and which record there.
    var stored: [(ledger: Int, record: Int)] = []
    var published: [(ledger: Int, record: Int)] = []
    /// What is done to the ledgers when it is sent first.
    var begin: (_ operation: Int, _ now: Int64) -> Void = { _, _ in }

    /// Whether the stream is as before.
    var isMessageOnly: Bool { stored.isEmpty && commands.allSatisfy { $0.name == "PUBLISH" } }

    /// The command that does it.
    ///
    /// - Parameters:
    ///   - keys: The publisher's streams.
    ///   - marker: Where it is noted what was done.
    func command(keys: [String], marker: String) -> [String] {
        let commands = self.commands.map { command in
            "[" + ([command.name, "\(command.key)"] + command.arguments).map(Self.quote).joined(separator: ",") + "]"
        }
        return ["EVAL", Self.script, "\(keys.count + 1)"] + keys + [marker, "\(number)"]
            + ["[\(commands.joined(separator: ","))]"]
    }

    private static func quote(_ text: String) -> String {
        let escaped =
            text.utf8.contains { $0 == 34 || $0 == 92 }
            ? text.replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#) : text
        return "\"\(escaped)\""
    }

    /// Does an operation once, however often it is sent, and answers with the ids that it made. A publisher that gets no
    /// answer cannot know whether it was done, and one whose connection is given up may still have it done later.
    ///
    /// In arguments `$entry` stands for the latest id in the first other key than the command's own. A message whose
    /// third argument is `id` is completed by the latest id in its key.
    private static let script = """
        local marker, number = KEYS[#KEYS], tonumber(ARGV[1])
        local done = tonumber(redis.call('HGET', marker, 'done') or '0')
        if number <= done then return redis.call('HGET', marker, number % 8) or '' end
        if number ~= done + 1 then return redis.error_reply('ORDER ' .. number .. ' came after ' .. done) end
        local ids, last, entry = {}, {}, ''
        for _, command in ipairs(cjson.decode(ARGV[2])) do
            local name, key = command[1], tonumber(command[2])
            if name == 'PUBLISH' then
                local message = command[3]
                if command[4] == 'id' then message = message .. ',"id":"' .. last[key] .. '"}' end
                redis.call('PUBLISH', KEYS[key], message)
            else
                for index = 3, #command do if command[index] == '$entry' then command[index] = entry end end
                local reply = redis.call(name, KEYS[key], unpack(command, 3))
                if name == 'XADD' then
                    ids[#ids + 1] = reply
                    last[key] = reply
                    entry = reply
                end
            end
        end
        redis.call('HSET', marker, 'done', number, number % 8, table.concat(ids, ' '))
        return table.concat(ids, ' ')
        """
}
