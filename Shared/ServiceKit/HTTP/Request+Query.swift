//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import HummingbirdCore

extension Request {
    /// The parameters of the query as forms, `URLSearchParams` and most HTTP clients encode them: a plus sign is a space
    /// (WHATWG URL, section 5.1).
    package var query: FlatDictionary<Substring, Substring> {
        guard let query = uri.query, query.contains("+") else { return uri.queryParameters }
        return URI("/?" + query.replacing("+", with: "%20")).queryParameters
    }
}
