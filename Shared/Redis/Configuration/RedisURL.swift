//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is wrong with a Redis URL, and what is allowed. It never contains a password, nor anything that might be one.
package struct RedisURLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line for people.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension RedisConfiguration {
    /// Reads a URL.
    ///
    /// - `redis://[[user]:password@]host[:port][/database]`
    /// - `rediss://…`: the same over TLS
    /// - `unix://[[user]:password@]/path/of/redis.sock`
    /// - `redis+sentinel://[[user]:password@]host[:port][,host[:port]…][/master[/database]]`: the master of a group that
    ///   Redis Sentinel watches; the hosts are the sentinels, and the name of the master is `mymaster` if there is none.
    ///   `rediss+sentinel://…`: the same over TLS, to sentinels and master
    ///
    /// The port is 6379 if there is none, that of a sentinel 26379. Reserved characters in a user name, password or path are percent-encoded.
    /// Query parameters: `db=N` (another way to give the database). `rediss` also takes `ca=/path` (PEM file of the
    /// trusted authorities), `verify=full|ca|none` (what is verified about the server's certificate), and `cert=/path`
    /// and `key=/path` (the client's own certificate). `redis+sentinel` takes `sentinel_user` and `sentinel_password`, if
    /// the sentinels want any.
    ///
    /// - Throws: ``RedisURLError``.
    package init(url: String) throws(RedisURLError) {
        let parts = try URLParts(url)
        switch parts.scheme {
        case "redis", "rediss":
            let (host, port) = try Self.onlyHost(parts)
            self.init(endpoint: .tcp(host: host, port: port))
            if !parts.path.isEmpty, parts.path != "/" {
                database = try Self.databaseNumber(parts.path.dropFirst())
            }
            if parts.scheme == "rediss" {
                tls = RedisTLS()
            }
        case "unix":
            self.init(endpoint: try Self.socketEndpoint(parts))
        case "redis+sentinel", "rediss+sentinel":
            self.init(endpoint: .master(try Self.sentinelGroup(parts)))
            if let text = parts.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first {
                database = try Self.databaseNumber(text)
            }
            if parts.scheme == "rediss+sentinel" {
                tls = RedisTLS()
            }
        default:
            throw RedisURLError(
                "the scheme is '\(parts.scheme)'; it must be redis://, rediss://, redis+sentinel://, rediss+sentinel:// "
                    + "or unix://"
            )
        }
        try setCredentials(parts.userInfo)
        for (name, value) in parts.query {
            try setParameter(name, value)
        }
        if let tls, (tls.certificatePath == nil) != (tls.privateKeyPath == nil) {
            throw RedisURLError("'cert' and 'key' must be given together")
        }
    }

    private static func onlyHost(_ parts: URLParts) throws(RedisURLError) -> (host: String, port: Int) {
        try parts.refuseLateCredentials()
        return try host(parts.host, defaultPort: 6379)
    }

    private static func sentinelGroup(_ parts: URLParts) throws(RedisURLError) -> SentinelGroup {
        try parts.refuseLateCredentials()
        var sentinels: [SentinelGroup.Sentinel] = []
        for text in parts.host.split(separator: ",", omittingEmptySubsequences: false) {
            let (host, port) = try host(text, defaultPort: SentinelGroup.port)
            sentinels.append(SentinelGroup.Sentinel(host: host, port: port))
        }
        let path = parts.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard path.count <= 2 else {
            throw RedisURLError("behind the sentinels there may be the master's name and a database, as in /mymaster/0")
        }
        var group = SentinelGroup(sentinels)
        if let name = path.first, !name.isEmpty { group.name = try percentDecoded(name, "master's name") }
        return group
    }

    private static func host(
        _ text: Substring,
        defaultPort: Int
    ) throws(RedisURLError) -> (host: String, port: Int) {
        var rest = text
        let host: Substring
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else {
                throw RedisURLError("the IPv6 address has no closing ']'; write it as [::1]")
            }
            host = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw RedisURLError("only ':' and a port may follow the ']' of an IPv6 address")
            }
        } else {
            host = rest.prefix { $0 != ":" }
            rest = rest.dropFirst(host.count)
        }
        guard !host.isEmpty else {
            throw RedisURLError("the host is missing; a URL looks like redis://127.0.0.1:6379/0")
        }
        let name = try percentDecoded(host, "host")
        guard name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw RedisURLError("the host contains a space or a control character")
        }
        guard !rest.isEmpty else { return (name, defaultPort) }
        guard let port = UInt16(rest.dropFirst()), port > 0, rest.dropFirst().allSatisfy(\.isNumber) else {
            // Without an '@' the "port" may be a password, as in redis://:password.
            throw RedisURLError("the port is not a number from 1 to 65535")
        }
        return (name, Int(port))
    }

    private static func socketEndpoint(_ parts: URLParts) throws(RedisURLError) -> Endpoint {
        guard parts.host.isEmpty else {
            throw RedisURLError(
                "a Unix socket URL must have an absolute path and no host; a URL looks like unix:///run/redis.sock "
                    + "or unix://:password@/run/redis.sock"
            )
        }
        let path = try percentDecoded(parts.path, "path")
        guard path.utf8.count > 1, path.first == "/" else {
            throw RedisURLError("the path of the Unix socket is missing; a URL looks like unix:///run/redis.sock")
        }
        guard path.utf8.count <= 107, !path.utf8.contains(0) else {
            throw RedisURLError("the path of a Unix socket must have at most 107 bytes, none of them zero")
        }
        return .unixSocket(path: path)
    }

    private static func databaseNumber(_ text: Substring) throws(RedisURLError) -> Int {
        guard let number = Int32(text), text.allSatisfy(\.isNumber) else {
            throw RedisURLError(
                "the database is '\(text)'; it must be a whole number from 0, as in redis://127.0.0.1:6379/0"
            )
        }
        return Int(number)
    }

    private mutating func setCredentials(_ userInfo: Substring?) throws(RedisURLError) {
        guard let userInfo else { return }
        guard let colon = userInfo.firstIndex(of: ":") else {
            throw RedisURLError("there is no ':' before the '@'; write user:password@, or :password@ without a user")
        }
        let user = try Self.percentDecoded(userInfo[..<colon], "user name")
        let password = try Self.percentDecoded(userInfo[userInfo.index(after: colon)...], "password")
        guard !(user.isEmpty && password.isEmpty) else { return }
        username = user.isEmpty ? nil : user
        self.password = password
    }

    private mutating func setParameter(_ name: Substring, _ value: Substring) throws(RedisURLError) {
        if name == "db" {
            database = try Self.databaseNumber(value)
            return
        }
        if name == "sentinel_user" || name == "sentinel_password" {
            guard case .master(var group) = endpoint else {
                throw RedisURLError("the parameter '\(name)' requires redis+sentinel:// or rediss+sentinel://")
            }
            let value = try Self.percentDecoded(value, "parameter '\(name)'")
            if name == "sentinel_user" { group.username = value } else { group.password = value }
            endpoint = .master(group)
            return
        }
        guard ["ca", "verify", "cert", "key"].contains(name) else {
            throw RedisURLError(
                "the parameter '\(name)' is unknown; it must be db, ca, verify, cert, key, sentinel_user or "
                    + "sentinel_password"
            )
        }
        guard tls != nil else {
            throw RedisURLError("the parameter '\(name)' requires TLS (rediss:// or rediss+sentinel://)")
        }
        let value = try Self.percentDecoded(value, "parameter '\(name)'")
        guard !value.isEmpty else { throw RedisURLError("the parameter '\(name)' has no value") }
        switch name {
        case "ca": tls?.trustRootsPath = value
        case "cert": tls?.certificatePath = value
        case "key": tls?.privateKeyPath = value
        default:
            guard let verification = RedisTLS.Verification(rawValue: value) else {
                throw RedisURLError("the parameter 'verify' is '\(value)'; it must be full, ca or none")
            }
            tls?.verification = verification
        }
    }

    private static func percentDecoded(_ text: Substring, _ what: String) throws(RedisURLError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
                throw RedisURLError(
                    "in the \(what) a '%' is not followed by two hexadecimal digits; "
                        + "write '%' itself as %25"
                )
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw RedisURLError("the \(what) is not UTF-8")
        }
        return decoded
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
