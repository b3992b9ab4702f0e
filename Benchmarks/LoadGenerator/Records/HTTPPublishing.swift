//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Publishes as nchan's own publishers do: a POST for each record, several of them on their way on one connection.
struct HTTPPublishing: PublishProtocol {
    var events: LogEventText

    func append(_ content: RecordText.Content, name: String, to output: inout [UInt8]) {
        let body = events.eventData(content, name: name)
        output.append("POST /publish/")
        output.append(name)
        output.append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ")
        output.append(decimal: body.count)
        output.append("\r\n\r\n")
        output.append(contentsOf: body)
    }

    func replies(in bytes: ArraySlice<UInt8>) throws(LoadError) -> (count: Int, length: Int) {
        var (count, rest) = (0, bytes)
        while let head = try ResponseHead(rest) {
            guard (200..<300).contains(head.status), let length = head.contentLength else {
                throw LoadError("nchan answered to a publisher with status \(head.status)")
            }
            if rest.count < head.length + length { break }
            count += 1
            rest = rest.dropFirst(head.length + length)
        }
        return (count, bytes.count - rest.count)
    }
}
