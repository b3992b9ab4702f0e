//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import JSON
package import NIOCore

/// A picture of a run's page, as agent-api publishes it.
package struct LiveFrame: Sendable {
    package enum Picture: Sendable {
        /// A JPEG.
        case shown(ByteBuffer)
        /// The page shows a secret, so it is not pictured.
        case withheld
    }

    package var picture: Picture
    /// Seconds since 1970, as text; empty where it is not known.
    package var timestamp: String
    /// The size of the page's window in CSS pixels.
    package var width: Int
    package var height: Int
    /// The page's address.
    package var url: String

    /// Reads what came over the channel: a line of JSON, then the JPEG.
    ///
    /// - Returns: `nil` for what is none of this.
    package init?(_ message: ByteBuffer) {
        var message = message
        guard
            let length = message.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map({ $0 - message.readerIndex }),
            length <= Self.longestHead, let line = message.readBytes(length: length),
            message.readBytes(length: 1) != nil,
            let head = try? JSONValue(parsing: line), head.object != nil
        else { return nil }
        if head["withheld"]?.string != nil {
            picture = .withheld
        } else {
            guard message.readableBytesView.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
            picture = .shown(message.slice())
        }
        timestamp = head["timestamp"]?.number.map { "\($0)" } ?? ""
        width = head["width"]?.integer ?? 0
        height = head["height"]?.integer ?? 0
        url = head["url"]?.string ?? ""
    }

    /// In bytes.
    private static let longestHead = 16 << 10
}

/// A picture as viewers get it, made once for all of them.
package struct LivePart: Sendable {
    /// The JPEG.
    package let jpeg: ByteBuffer
    /// Names the contents of the JPEG, with quotation marks.
    package let entityTag: String
    /// The page's address as it is shown; empty where it is unknown.
    let page: String
    /// What is said of the picture, as header fields.
    package let fields: [(name: String, value: String)]
    /// A whole part of a multipart response, from the end of the boundary in front of it to the boundary behind it.
    package let bytes: ByteBuffer

    /// Between the parts.
    package static let boundary = "stepcast-frame"

    /// - Parameter frame: `nil` for a run of which there is no picture yet.
    package init(_ frame: LiveFrame?, of requestID: Identifier) {
        let state: String
        switch frame?.picture {
        case .shown(let buffer): (state, jpeg) = ("shown", buffer)
        case .withheld: (state, jpeg) = ("withheld", Placeholder.withheld)
        case nil: (state, jpeg) = ("none", Placeholder.none)
        }
        entityTag = "\"\(Self.digest(of: jpeg))\""
        var fields = [("Content-Location", "/api/v1/snapshot/request/\(requestID)"), ("Stepcast-Picture", state)]
        page = frame.map { Self.fieldValue($0.url) } ?? ""
        if let frame {
            if !frame.timestamp.isEmpty { fields.append(("X-Timestamp", frame.timestamp)) }
            if frame.width > 0, frame.height > 0 {
                fields.append(("Stepcast-Window", "\(frame.width)x\(frame.height)"))
            }
            if !page.isEmpty { fields.append(("Stepcast-Page", page)) }
        }
        self.fields = fields
        var bytes = ByteBuffer()
        bytes.reserveCapacity(jpeg.readableBytes + 512)
        bytes.writeString(
            "\r\nContent-Type: image/jpeg\r\nContent-Length: \(jpeg.readableBytes)\r\nETag: \(entityTag)\r\n"
        )
        for (name, value) in fields { bytes.writeString("\(name): \(value)\r\n") }
        bytes.writeString("\r\n")
        bytes.writeImmutableBuffer(jpeg)
        bytes.writeString("\r\n--\(Self.boundary)")
        self.bytes = bytes
    }

    /// What stands in front of the first part.
    package static let opening = ByteBuffer(string: "--\(boundary)")

    /// What stands behind the last part.
    package static let closing = ByteBuffer(string: "--\r\n")

    /// A text as the value of a field: what could end the field, or is not ASCII, is written as URLs write it.
    private static func fieldValue(_ text: String) -> String {
        var value = ""
        for byte in text.utf8.prefix(2000) {
            if (0x21...0x7E).contains(byte) {
                value.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                value += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return value
    }

    /// FNV-1a of 64 bits: it tells pictures apart, and nobody gains by two that have the same.
    private static func digest(of bytes: ByteBuffer) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        bytes.withUnsafeReadableBytes { for byte in $0 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
        return String(hash, radix: 16)
    }
}
