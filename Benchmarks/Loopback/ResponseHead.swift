//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The relevant parts of the head of an HTTP response.
package struct ResponseHead {
    package var status: Int
    package var isChunked = false
    package var contentLength: Int?
    /// The offset of the body.
    package var length: Int

    /// The maximum length of a head.
    package static let limit = 16_384

    /// Parses a head.
    ///
    /// - Returns: `nil` if it is incomplete.
    /// - Throws: ``LoadError`` if it is not a response.
    package init?(_ bytes: some RandomAccessCollection<UInt8>) throws(LoadError) {
        let blank: [UInt8] = [13, 10, 13, 10]
        var end = bytes.startIndex
        while true {
            guard let candidate = bytes[end...].firstIndex(of: 13) else {
                if bytes.count > Self.limit { throw LoadError("a response with a head over \(Self.limit) bytes") }
                return nil
            }
            if bytes[candidate...].starts(with: blank) {
                end = candidate
                break
            }
            end = bytes.index(after: candidate)
        }
        self.length = bytes.distance(from: bytes.startIndex, to: end) + blank.count
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw LoadError("no HTTP/1.1 response: \(lines.first ?? "")")
        }
        self.status = status
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = String(line[line.index(after: colon)...].drop { $0 == " " })
            switch line[..<colon].lowercased() {
            case "transfer-encoding": isChunked = value.lowercased() == "chunked"
            case "content-length": contentLength = Int(value)
            default: break
            }
        }
    }
}
