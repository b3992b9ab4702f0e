//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Redis
import Testing

@Suite struct RedisReplyTests {
    private func text(_ text: String) -> RESPValue { .bulkString(ByteBuffer(string: text)) }

    @Test("Replies are converted to the expected type")
    func values() throws {
        #expect(try text("grüß").as(String.self) == "grüß")
        #expect(try RESPValue.simpleString("OK").as(String.self) == "OK")
        #expect(try text("42").as(Int.self) == 42)
        #expect(try RESPValue.integer(1).as(Bool.self))
        #expect(try RESPValue.null.as(String?.self) == nil)
        #expect(try text("there").as(String?.self) == "there")
        #expect(try RESPValue.array([text("a"), .null]).as([String?].self) == ["a", nil])
        let (name, count, rest) = try RESPValue.array([text("a"), .integer(2), .array([.integer(3)])])
            .elements(String.self, Int.self, [Int].self)
        #expect(name == "a" && count == 2 && rest == [3])
    }

    @Test("A reply that does not fit is an error that says what was expected and received")
    func misfits() throws {
        func message(_ body: () throws(RedisError) -> some Any) -> String? {
            do throws(RedisError) {
                _ = try body()
                return nil
            } catch {
                return error.code == .protocolError ? error.message : nil
            }
        }
        #expect(
            message { () throws(RedisError) in try RESPValue.null.as(String.self) }
                == "Redis answered with null where a string was expected"
        )
        #expect(
            message { () throws(RedisError) in try text("x").as([Int].self) }
                == "Redis answered with a bulk string where an array (each element an integer) was expected"
        )
        #expect(
            message { () throws(RedisError) in try RESPValue.integer(2).as(Bool.self) }
                == "Redis answered with an integer where 0 or 1 was expected"
        )
        let pair = RESPValue.array([text("a"), text("b")])
        #expect(
            message { () throws(RedisError) in try pair.elements(String.self, Int?.self) }
                == "Redis answered with a bulk string as element 2 where an array of (a string, an integer or null) was expected"
        )
        #expect(
            message { () throws(RedisError) in try pair.elements(String.self, String.self, Int.self) }
                == "Redis answered with 2 elements where an array of (a string, a string, an integer) was expected"
        )
        #expect(
            message { () throws(RedisError) in try RESPValue.omitted(byteCount: 9).elements(Int.self) }
                == "Redis answered with a value that is too large where an array of (an integer) was expected"
        )
    }
}
