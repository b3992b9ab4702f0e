//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The undecoded parts of a URL (RFC 3986, section 3).
struct URLParts {
    let scheme: String
    /// The part before the last `@` of the authority.
    let userInfo: Substring?
    /// Host and port.
    let host: Substring
    let path: Substring
    let queryText: Substring
    let query: [(name: Substring, value: Substring)]

    init(_ url: String) throws(RedisURLError) {
        guard let separator = url.firstRange(of: "://") else {
            throw RedisURLError(
                "this is not a URL; one looks like redis://127.0.0.1:6379/0, rediss://… or unix:///path"
            )
        }
        scheme = url[..<separator.lowerBound].lowercased()
        let afterScheme = url[separator.upperBound...]
        guard !afterScheme.contains("#") else {
            throw RedisURLError("there is a '#'; in a user name, password or path, write it as %23")
        }
        let authority = afterScheme.prefix { $0 != "/" && $0 != "?" }
        let at = authority.lastIndex(of: "@")
        userInfo = at.map { authority[..<$0] }
        host = at.map { authority[authority.index(after: $0)...] } ?? authority
        path = afterScheme[authority.endIndex...].prefix { $0 != "?" }
        queryText = afterScheme[path.endIndex...].dropFirst()
        var query: [(name: Substring, value: Substring)] = []
        for pair in queryText.split(separator: "&") {
            let name = pair.prefix { $0 != "=" }
            query.append((name, pair[name.endIndex...].dropFirst()))
        }
        self.query = query
    }

    /// An unencoded '/' in a password would end the authority early. What follows must not be shown.
    func refuseLateCredentials() throws(RedisURLError) {
        guard path.contains("@") || queryText.contains("@") else { return }
        throw RedisURLError(
            "there is an '@' after the host; in a user name or password, '/', '?', '#' and '@' are "
                + "written as %2F, %3F, %23 and %40"
        )
    }
}
