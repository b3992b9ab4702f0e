//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// An argument of a command. To Redis every argument is a byte string.
package protocol RedisArgument: Sendable {
    /// Appends the argument in wire format: a RESP bulk string.
    func write(to buffer: inout ByteBuffer)
}

extension ByteBuffer {
    /// Appends the header of a RESP value: its type, a number, and the end of the line.
    mutating func writeHead(_ type: Unicode.Scalar, _ number: Int) {
        writeInteger(UInt8(ascii: type))
        writeString(String(number))
        writeStaticString("\r\n")
    }
}

extension String: RedisArgument {
    /// Writes the text as UTF-8.
    package func write(to buffer: inout ByteBuffer) {
        buffer.writeHead("$", utf8.count)
        buffer.writeString(self)
        buffer.writeStaticString("\r\n")
    }
}

extension Substring: RedisArgument {
    /// Writes the text as UTF-8.
    package func write(to buffer: inout ByteBuffer) {
        buffer.writeHead("$", utf8.count)
        buffer.writeSubstring(self)
        buffer.writeStaticString("\r\n")
    }
}

extension ByteBuffer: RedisArgument {
    /// Writes the readable bytes.
    package func write(to buffer: inout ByteBuffer) {
        buffer.writeHead("$", readableBytes)
        buffer.writeImmutableBuffer(self)
        buffer.writeStaticString("\r\n")
    }
}

extension Array: RedisArgument where Element == UInt8 {
    /// Writes the bytes.
    package func write(to buffer: inout ByteBuffer) {
        buffer.writeHead("$", count)
        buffer.writeBytes(self)
        buffer.writeStaticString("\r\n")
    }
}

extension RedisArgument where Self: BinaryInteger {
    /// Writes the integer in decimal digits.
    package func write(to buffer: inout ByteBuffer) {
        String(self).write(to: &buffer)
    }
}

extension Int: RedisArgument {}
extension Int64: RedisArgument {}
extension UInt64: RedisArgument {}

extension Double: RedisArgument {
    /// Writes the shortest digits that read back as the same number.
    package func write(to buffer: inout ByteBuffer) {
        description.write(to: &buffer)
    }
}
