//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Builds the head of an answer from the header lines as libcurl hands them over, one whole line at a time.
struct HeadParser {
    private var status: Int?
    private var headers = HTTPClient.Headers()

    /// - Parameter line: a status line, a field, or the empty line, with its line end.
    /// - Returns: the head when it is complete. Interim answers (RFC 9110 section 15.2) are passed over.
    mutating func feed(_ line: UnsafeRawBufferPointer) -> HTTPClient.ResponseHead? {
        var bytes = line[...]
        while let last = bytes.last, last == 0x0a || last == 0x0d || last == 0x20 || last == 0x09 {
            bytes = bytes.dropLast()
        }
        if bytes.isEmpty {
            guard let status, status >= 200 else {
                headers = HTTPClient.Headers()
                return nil
            }
            return HTTPClient.ResponseHead(status: status, headers: headers)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            let parts = text.split(separator: " ", maxSplits: 2)
            status = parts.count > 1 ? Int(parts[1]) : nil
            headers = HTTPClient.Headers()
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append(String(text[..<colon]), String(value))
        }
        return nil
    }
}
