//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Egress

@Suite("Chromium's rules for hosts")
struct HostMappingTests {
    @Test(
        "A host is mapped by the first matching rule",
        arguments: [
            ("MAP google.com 127.0.0.1:8080", "google.com", 443, "127.0.0.1", 8080),
            ("MAP google.com 127.0.0.1", "GOOGLE.com", 443, "127.0.0.1", 443),
            ("map google.com 127.0.0.1", "www.google.com", 443, "www.google.com", 443),
            ("MAP * 127.0.0.1:80", "any.test", 443, "127.0.0.1", 80),
            ("MAP *.google.com a.test, MAP * b.test", "x.google.com", 1, "a.test", 1),
            ("MAP *.google.com a.test,MAP * b.test", "google.com", 1, "b.test", 1),
            ("MAP * a.test, EXCLUDE b.test", "b.test", 1, "b.test", 1),
            ("EXCLUDE *.test , MAP * a.b", "b.test", 1, "b.test", 1),
            ("MAP a.test:80 b.test:81", "a.test", 80, "b.test", 81),
            ("MAP a.test:80 b.test:81", "a.test", 443, "a.test", 443),
            ("MAP a.test [::1]:77", "a.test", 80, "::1", 77),
            ("MAP a.test [::1]", "a.test", 80, "::1", 80),
            ("MAP ?.test b.test", "a.test", 80, "b.test", 80),
            ("MAP ?a.test b.test", "a.test", 80, "b.test", 80),
            ("MAP a*c*e b.test", "abcde", 80, "b.test", 80),
            ("MAP a*c*e b.test", "abcdef", 80, "abcdef", 80),
            ("MAP a.test b.test:port, MAP a.test", "a.test", 80, "a.test", 80),
            ("", "a.test", 80, "a.test", 80),
        ]
    )
    func maps(rules: String, host: String, port: Int, toHost: String, toPort: Int) {
        #expect(HostMapping(rules: rules).destination(of: host, port: port) == .host(toHost, port: toPort))
    }

    @Test("A rule can declare that a host does not exist", arguments: ["~NOTFOUND", "^NOTFOUND"])
    func notFound(word: String) {
        let mapping = HostMapping(rules: "MAP * \(word), EXCLUDE a.test")
        #expect(mapping.destination(of: "b.test", port: 80) == .nowhere)
        #expect(mapping.destination(of: "a.test", port: 80) == .host("a.test", port: 80))
    }

    @Test("A pattern with many stars does not take long")
    func isLinear() {
        let pattern = String(repeating: "*a", count: 100)
        #expect(!HostMapping.matches(String(repeating: "a", count: 250) + "b", pattern))
    }
}
