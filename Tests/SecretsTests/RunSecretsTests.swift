//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Hosts
import Testing

@testable import Secrets

@Suite("The secrets of a run")
struct RunSecretsTests {
    private func secrets(
        _ values: [String: [String: String]],
        allowed: [String] = []
    ) throws -> RunSecrets {
        try RunSecrets(SensitiveData(values: values), allowedDomains: try allowed.map { try DomainPattern($0) })
    }

    @Test("A value is inserted if all documents around the field belong to its domain")
    func typed() throws {
        let secrets = try secrets(["https://example.com": ["x_user": "ada-lovelace", "x_password": "hunter2!"]])
        let page = "https://example.com"
        #expect(try secrets.text(of: "<secret>x_password</secret>", in: [page]) == "hunter2!")
        #expect(
            try secrets.text(of: "a<secret>x_user</secret>:<secret> x_password </secret>b", in: [page, page])
                == "aada-lovelace:hunter2!b"
        )
        #expect(try secrets.text(of: "no name < in it", in: ["null"]) == "no name < in it")
    }

    @Test(
        "Elsewhere it is refused, naming the secret and both domains",
        arguments: [
            ["https://evil.example"], ["http://example.com"], ["null"], [], ["https://example.com.evil.example"],
            ["https://example.com", "https://evil.example"], ["https://evil.example", "https://example.com"],
            ["https://example.com", "null", "https://example.com"], ["https://example.com:8443@evil.example"],
            ["blob:https://example.com"], ["https://notexample.com"],
        ]
    )
    func elsewhere(_ origins: [String]) throws {
        let secrets = try secrets(["https://example.com": ["x_password": "hunter2!"]])
        let error = #expect(throws: SecretRefused.self) {
            _ = try secrets.text(of: "<secret>x_password</secret>", in: origins)
        }
        let message = "\(try #require(error))"
        #expect(message.contains("x_password") && message.contains("https://example.com"))
        #expect(origins.allSatisfy { message.contains($0) || origins.count == 3 })
        #expect(!message.contains("hunter2!"))
    }

    @Test("A domain without a scheme means https only, also in allowed_domains")
    func schemes() throws {
        let own = try secrets(["example.com": ["p": "hunter2!"]])
        #expect(try own.text(of: "<secret>p</secret>", in: ["https://example.com"]) == "hunter2!")
        #expect(throws: SecretRefused.self) { _ = try own.text(of: "<secret>p</secret>", in: ["http://example.com"]) }
        let allowed = try secrets(["": ["p": "hunter2!"]], allowed: ["*.example.com", "http://localhost:8080"])
        for origin in ["https://example.com", "https://a.example.com", "http://localhost:8080"] {
            #expect(try allowed.text(of: "<secret>p</secret>", in: [origin]) == "hunter2!")
        }
        for origin in ["http://example.com", "http://localhost:8081", "https://localhost:8080"] {
            #expect(throws: SecretRefused.self) { _ = try allowed.text(of: "<secret>p</secret>", in: [origin]) }
        }
    }

    @Test("Of values of one name the one with the narrowest domain is used")
    func narrowest() throws {
        let secrets = try secrets(
            ["*.example.com": ["p": "for-all-of-it"], "https://login.example.com": ["p": "for-login-only"]]
        )
        #expect(try secrets.text(of: "<secret>p</secret>", in: ["https://login.example.com"]) == "for-login-only")
        #expect(try secrets.text(of: "<secret>p</secret>", in: ["https://shop.example.com"]) == "for-all-of-it")
        #expect(secrets.mask.masked("for-all-of-it for-login-only") == "<secret>p</secret> <secret>p</secret>")
    }

    @Test("An unknown name is reported together with the known ones")
    func unknown() throws {
        let secrets = try secrets([
            "https://a.example": ["x_user": "ada-lovelace"], "https://b.example": ["y": "hunter2!"],
        ])
        let error = #expect(throws: SecretRefused.self) {
            _ = try secrets.text(of: "<secret>x_pass</secret>", in: ["https://a.example"])
        }
        #expect("\(try #require(error))" == "there is no secret x_pass; there are x_user, y")
    }

    @Test("The names for a page are those for its address")
    func names() throws {
        let secrets = try secrets(["https://a.example": ["x_user": "ada-lovelace"], "*.b.example": ["y": "hunter2!"]])
        #expect(secrets.names(for: "https://a.example/login?x=1") == ["x_user"])
        #expect(secrets.names(for: "https://www.b.example/") == ["y"])
        #expect(secrets.names(for: "https://c.example/") == [])
        #expect(secrets.names(for: "about:blank") == [])
        #expect("\(secrets)" == "secrets: x_user, y")
    }

    @Test("Printed secrets show only names")
    func printed() throws {
        let data = SensitiveData(values: ["https://a.example": ["x_user": "ada-lovelace"]])
        let request = RunRequest(task: "t", requestID: try Identifier("r"), sensitiveData: data)
        for text in ["\(data)", String(reflecting: data), "\(request)", String(reflecting: request)] {
            #expect(text.contains("x_user"))
            #expect(!text.contains("lovelace"), "\(text)")
        }
        var dumped = ""
        dump(request, to: &dumped)
        #expect(!dumped.contains("lovelace"), "\(dumped)")
    }

    @Test("A request is stored with the names, and posted with the values")
    func request() throws {
        let data = SensitiveData(values: ["https://a.example": ["x_user": "ada-lovelace"], "": ["p": "hunter2!"]])
        let request = RunRequest(task: "t", requestID: try Identifier("r"), sensitiveData: data)
        let kept = String(decoding: request.json, as: UTF8.self)
        #expect(kept == #"{"task":"t","request_id":"r","sensitive_data":{"":["p"],"https://a.example":["x_user"]}}"#)
        let read = try RunRequest(json: request.json)
        #expect(read.sensitiveData == nil)
        #expect(read.secretNames == ["https://a.example": ["x_user"], "": ["p"]])
        #expect(read.json == request.json)
        let posted = try JSONValue(parsing: request.body)
        #expect(posted["sensitive_data"] == ["p": "hunter2!", "https://a.example": ["x_user": "ada-lovelace"]])
        #expect(posted["sensitive_data"].flatMap(SensitiveData.init) == data)
    }

    @Test("References are put in quotation marks for the parser of sentences")
    func quoted() {
        let reference = "<secret>p</secret>"
        #expect(SecretReference.quoted(in: "Type \(reference) into Password") == "Type \"\(reference)\" into Password")
        #expect(SecretReference.quoted(in: "Type \"\(reference)\" into it") == "Type \"\(reference)\" into it")
        #expect(SecretReference.quoted(in: "Type \"a \(reference)\" into it") == "Type \"a \(reference)\" into it")
        #expect(SecretReference.quoted(in: "Type '\(reference)' into it") == "Type '\(reference)' into it")
        #expect(SecretReference.quoted(in: "nothing <secret> here") == "nothing <secret> here")
    }
}
