//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Writes the `text/event-stream` format (WHATWG HTML, section 9.2) into bytes.
package enum EventEncoder {
    /// Appends an event.
    ///
    /// - Parameters:
    ///   - data: The data. Each line break in it (CR, LF or CRLF) starts a new `data:` line, since a line cannot
    ///     contain one.
    ///   - event: The type. Line breaks, which would end the field, are removed.
    ///   - id: The event's id. Line breaks are removed. An id with NUL is not sent, as parsers must ignore it.
    ///   - output: The bytes to append to.
    package static func append(
        data: some Sequence<UInt8>,
        event: String? = nil,
        id: String? = nil,
        to output: inout some RangeReplaceableCollection<UInt8>
    ) {
        if let id, !id.utf8.contains(0) { Self.field("id: ", id, to: &output) }
        if let event { Self.field("event: ", event, to: &output) }
        output.append(contentsOf: "data: ".utf8)
        var previous: UInt8 = 0
        for byte in data {
            switch byte {
            case Self.lineFeed where previous == Self.carriageReturn:
                break
            case Self.lineFeed, Self.carriageReturn:
                output.append(contentsOf: "\ndata: ".utf8)
            default:
                output.append(byte)
            }
            previous = byte
        }
        output.append(contentsOf: "\n\n".utf8)
    }

    /// Appends the field that tells a client how long to wait before it reconnects. It belongs to the event that is
    /// appended next: some parsers take a block without data for an event.
    ///
    /// - Parameter milliseconds: 0 or more.
    package static func append(retry milliseconds: Int, to output: inout some RangeReplaceableCollection<UInt8>) {
        output.append(contentsOf: "retry: \(max(0, milliseconds))\n".utf8)
    }

    /// Appends a comment, which parsers ignore.
    package static func append(comment: String, to output: inout some RangeReplaceableCollection<UInt8>) {
        Self.field(": ", comment, to: &output)
        output.append(Self.lineFeed)
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private static func field(
        _ name: StaticString,
        _ value: String,
        to output: inout some RangeReplaceableCollection<UInt8>
    ) {
        name.withUTF8Buffer { output.append(contentsOf: $0) }
        output.append(contentsOf: value.utf8.lazy.filter { $0 != Self.lineFeed && $0 != Self.carriageReturn })
        output.append(Self.lineFeed)
    }
}
