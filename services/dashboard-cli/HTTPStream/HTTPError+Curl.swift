//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CCurl
import Glibc

extension HTTPError {
    /// The error of a transfer that libcurl has ended.
    /// - Parameters:
    ///   - detail: what libcurl wrote into the transfer's error buffer.
    ///   - systemError: the `errno` of a connect that failed, or 0.
    init(curl result: CURLcode, detail: String, systemError: Int32) {
        var message = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
        if systemError != 0, let reason = strerror(systemError) {
            // libcurl's own words name the host once more and a number of milliseconds, but not the reason.
            message = String(cString: reason)
            message = message.prefix(1).lowercased() + message.dropFirst()
        }
        self.init(Self.code(for: result), message)
    }

    private static func code(for result: CURLcode) -> Code {
        switch result {
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT:
            .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            .cannotResolve
        case CURLE_COULDNT_CONNECT:
            .cannotConnect
        case CURLE_OPERATION_TIMEDOUT:
            .timedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            .tls
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            .closedEarly
        // The scheme of the URL has been looked at before: here it means HTTP/0.9 or something else altogether.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
            .notHTTP
        default:
            .other
        }
    }
}
