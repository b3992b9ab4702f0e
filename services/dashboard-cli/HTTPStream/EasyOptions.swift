//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CCurl

/// Turns a request into libcurl's options and owns the memory that libcurl keeps pointing at meanwhile.
final class EasyOptions {
    private let handle: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    init(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(headerList)
        errorBuffer.deallocate()
    }

    /// What libcurl has to say about the failure, empty if nothing.
    var errorText: String { String(cString: errorBuffer) }

    func apply(_ request: HTTPClient.Request) throws(HTTPError) {
        stepcast_set_pointer(handle, CURLOPT_ERRORBUFFER, errorBuffer)
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        // HTTP/2's windows would let 32 MiB pile up behind a reader that does not read.
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds)
        if let timeout = request.timeout { set(CURLOPT_TIMEOUT_MS, timeout.wholeMilliseconds) }
        try set(CURLOPT_USERAGENT, "stepcast")
        if let path = request.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if let path = request.certificateAuthorities { try set(CURLOPT_CAINFO, path) }
        if request.isLoopback { try set(CURLOPT_NOPROXY, "*") }
        try applyMethod(request)
        try applyHeaders(request)
    }

    private func applyMethod(_ request: HTTPClient.Request) throws(HTTPError) {
        let expectsBody = ["POST", "PUT", "PATCH"].contains(request.method)
        if request.method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else if let body = request.body ?? (expectsBody ? [] : nil) {
            set(CURLOPT_POST, 1)
            stepcast_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            // An empty array may have no address, which libcurl would take for "no body, ask a callback".
            let bytes = body.isEmpty ? [0] : body
            let code = bytes.withUnsafeBytes {
                stepcast_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
            }
            try check(code)
            try set(CURLOPT_CUSTOMREQUEST, request.method)
        } else {
            try set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private func applyHeaders(_ request: HTTPClient.Request) throws(HTTPError) {
        // libcurl writes a header without a value only if it ends in a semicolon.
        var lines = request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // Headers that libcurl would add by itself, and that nobody asked for.
        if request.headers["expect"] == nil { lines.append("Expect:") }
        if request.headers["content-type"] == nil { lines.append("Content-Type:") }
        for line in lines {
            guard let list = curl_slist_append(headerList, line) else {
                throw HTTPError(.other, "libcurl has no memory for the headers")
            }
            headerList = list
        }
        try check(stepcast_set_list(handle, CURLOPT_HTTPHEADER, headerList))
    }

    private func set(_ option: CURLoption, _ value: Int) {
        stepcast_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        try check(stepcast_set_string(handle, option, value))
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        guard code == CURLE_OK else { throw HTTPError(curl: code, detail: errorText, systemError: 0) }
    }
}

extension Duration {
    /// Milliseconds for libcurl, where 0 would mean its own default.
    fileprivate var wholeMilliseconds: Int {
        max(1, Int((self / .milliseconds(1)).rounded(.up)))
    }
}
