//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis
import Testing

@Suite struct RedisURLTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let url: String
        let endpoint: RedisConfiguration.Endpoint
        var username: String?
        var password: String?
        var database = 0
        var redacted: String

        var testDescription: String { url }
    }

    static let examples: [Example] = [
        Example(
            url: "redis://127.0.0.1:6379/0",
            endpoint: .tcp(host: "127.0.0.1", port: 6_379),
            redacted: "redis://127.0.0.1:6379/0"
        ),
        Example(url: "redis://redis", endpoint: .tcp(host: "redis", port: 6_379), redacted: "redis://redis:6379/0"),
        Example(url: "REDIS://redis/", endpoint: .tcp(host: "redis", port: 6_379), redacted: "redis://redis:6379/0"),
        Example(
            url: "redis://[::1]:7000/3",
            endpoint: .tcp(host: "::1", port: 7_000),
            database: 3,
            redacted: "redis://[::1]:7000/3"
        ),
        Example(
            url: "redis://[fe80::1]",
            endpoint: .tcp(host: "fe80::1", port: 6_379),
            redacted: "redis://[fe80::1]:6379/0"
        ),
        Example(
            url: "redis://:s3cret@host:1/15",
            endpoint: .tcp(host: "host", port: 1),
            password: "s3cret",
            database: 15,
            redacted: "redis://:***@host:1/15"
        ),
        Example(
            url: "redis://alice:s3cret@host",
            endpoint: .tcp(host: "host", port: 6_379),
            username: "alice",
            password: "s3cret",
            redacted: "redis://alice:***@host:6379/0"
        ),
        Example(
            url: "redis://alice:p%40%2F%3a%25%20%C3%BC:@host",
            endpoint: .tcp(host: "host", port: 6_379),
            username: "alice",
            password: "p@/:% ü:",
            redacted: "redis://alice:***@host:6379/0"
        ),
        Example(
            url: "redis://a:p@ss@host",
            endpoint: .tcp(host: "host", port: 6_379),
            username: "a",
            password: "p@ss",
            redacted: "redis://a:***@host:6379/0"
        ),
        Example(
            url: "redis://nopass:@host",
            endpoint: .tcp(host: "host", port: 6_379),
            username: "nopass",
            password: "",
            redacted: "redis://nopass:***@host:6379/0"
        ),
        Example(url: "redis://:@host", endpoint: .tcp(host: "host", port: 6_379), redacted: "redis://host:6379/0"),
        Example(
            url: "redis://host?db=4",
            endpoint: .tcp(host: "host", port: 6_379),
            database: 4,
            redacted: "redis://host:6379/4"
        ),
        Example(
            url: "unix:///run/redis/redis.sock",
            endpoint: .unixSocket(path: "/run/redis/redis.sock"),
            redacted: "unix:///run/redis/redis.sock"
        ),
        Example(
            url: "unix://u:s3cret@/tmp/a%20b.sock?db=2",
            endpoint: .unixSocket(path: "/tmp/a b.sock"),
            username: "u",
            password: "s3cret",
            database: 2,
            redacted: "unix://u:***@/tmp/a b.sock?db=2"
        ),
    ]

    @Test("A good URL is read", arguments: examples)
    func good(_ good: Example) throws {
        let configuration = try RedisConfiguration(url: good.url)
        #expect(configuration.endpoint == good.endpoint)
        #expect(configuration.username == good.username)
        #expect(configuration.password == good.password)
        #expect(configuration.database == good.database)
        #expect(configuration.tls == nil)
        #expect(configuration.redactedURL == good.redacted)
    }

    @Test(
        "A bad URL is refused with a sentence that says what is wrong, and never shows the password",
        arguments: [
            ("", "not a URL"),
            ("127.0.0.1:6379", "not a URL"),
            ("http://host", "'http'; it must be redis://, rediss://, redis+sentinel://"),
            ("redis://", "host is missing"),
            ("redis://:s3cret@:6379", "host is missing"),
            ("redis://host:abc", "number from 1 to 65535"),
            ("redis://host:0", "number from 1 to 65535"),
            ("redis://host:65536", "number from 1 to 65535"),
            ("redis://host:", "number from 1 to 65535"),
            ("redis://host:+80", "number from 1 to 65535"),
            ("redis://:s3cret", "host is missing"),
            ("redis://user:s3cret", "number from 1 to 65535"),
            ("redis://::1", "host is missing"),
            ("redis://[::1", "closing ']'"),
            ("redis://[::1]x", "may follow the ']'"),
            ("redis://host/zero", "'zero'; it must be a whole number from 0"),
            ("redis://host/-1", "whole number from 0"),
            ("redis://host/1/2", "whole number from 0"),
            ("redis://host/99999999999", "whole number from 0"),
            ("redis://host?db=", "whole number from 0"),
            ("redis://s3cret@host", "user:password@"),
            ("redis://:s3c/ret@host", "%2F"),
            ("redis://:s3c?ret@host", "%3F"),
            ("redis://:s3c#ret@host", "%23"),
            ("redis://:s3cret%@host", "%25"),
            ("redis://:s3cret%zz@host", "%25"),
            ("redis://:s3cret%ff@host", "not UTF-8"),
            ("redis://ho%20st", "space or a control character"),
            ("redis://host?ca=/x", "rediss://"),
            ("redis://host?timeout=1", "'timeout' is unknown; it must be db, ca, verify, cert, key"),
            ("rediss://host?verify=maybe", "must be full, ca or none"),
            ("rediss://host?ca=", "no value"),
            ("rediss://host?cert=/x", "must be given together"),
            ("unix://host/run/redis.sock", "unix:///run/redis.sock"),
            ("unix://", "path of the Unix socket is missing"),
            ("unix:///", "path of the Unix socket is missing"),
            ("unix:///" + String(repeating: "x", count: 107), "at most 107 bytes"),
            ("unix:///a%00b", "at most 107 bytes, none of them zero"),
            ("redis+sentinel://", "host is missing"),
            ("redis+sentinel://a,,b", "host is missing"),
            ("redis+sentinel://a:1,b:x/mymaster", "number from 1 to 65535"),
            ("redis+sentinel://a/mymaster/zero", "whole number from 0"),
            ("redis+sentinel://a/mymaster/0/1", "as in /mymaster/0"),
            ("redis+sentinel://:s3c/ret@a,b/mymaster", "%2F"),
            ("redis://a?sentinel_password=s3cret", "requires redis+sentinel://"),
        ]
    )
    func bad(url: String, part: String) throws {
        let error = try #require(throws: RedisURLError.self) { try RedisConfiguration(url: url) }
        #expect("\(error)".contains(part))
        #expect(!"\(error)".contains("s3c"))
        #expect(!"\(error)".contains("ret@"))
    }

    @Test("The sentinels of a master are read")
    func sentinels() throws {
        let url = "redis+sentinel://ada:s3cret@a,[::1]:7000,c:26380/m%20y/3?sentinel_user=u&sentinel_password=w"
        let configuration = try RedisConfiguration(url: url)
        var group = SentinelGroup(
            [.init(host: "a"), .init(host: "::1", port: 7000), .init(host: "c", port: 26_380)],
            name: "m y"
        )
        (group.username, group.password) = ("u", "w")
        #expect(configuration.endpoint == .master(group))
        #expect(configuration.username == "ada" && configuration.password == "s3cret")
        #expect(configuration.database == 3)
        #expect(configuration.redactedURL == "redis+sentinel://ada:***@a:26379,[::1]:7000,c:26380/m y/3")
        let short = try RedisConfiguration(url: "rediss+sentinel://a/?verify=ca")
        #expect(short.endpoint == .master(SentinelGroup([.init(host: "a")], name: "mymaster")))
        #expect(short.tls?.verification == .authority)
    }

    @Test("TLS and its parameters are read")
    func tls() throws {
        let plain = try RedisConfiguration(url: "rediss://host:6380/1")
        #expect(plain.tls == RedisTLS())
        #expect(plain.tls?.verification == .full)
        #expect(plain.redactedURL == "rediss://host:6380/1")
        let tls = try RedisConfiguration(url: "rediss://host?ca=/a%20b.pem&verify=ca&cert=/c&key=/k&db=5").tls
        #expect(tls?.trustRootsPath == "/a b.pem")
        #expect(tls?.verification == .authority)
        #expect(tls?.certificatePath == "/c")
        #expect(tls?.privateKeyPath == "/k")
    }

    @Test("Printing a configuration does not print the password")
    func printing() throws {
        let configuration = try RedisConfiguration(url: "redis://alice:s3cret@host")
        #expect(!"\(configuration)".contains("s3cret"))
        #expect(!String(reflecting: configuration).contains("s3cret"))
        #expect(!String(describing: Optional(configuration)).contains("s3cret"))
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("s3cret"))
    }
}
