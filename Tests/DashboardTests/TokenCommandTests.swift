//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Dashboard
import FoundationEssentials
import Logging
import TestSupport
import Testing

@Suite("Access tokens of the command line", .timeLimit(.minutes(5)))
struct TokenCommandTests {
    private static let secret = "the secret of the tests, longer than 32 bytes"

    private static func withSecret(_ text: String, _ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file("secret")))
            try await body(directory.file("secret"))
        }
    }

    @Test("token makes one that the services take, for as long as was asked")
    func made() async throws {
        try await Self.withSecret(Self.secret + "\n") { path in
            let invocation = Invocation()
            let status = await invocation.run(
                "token",
                "--secret-file",
                path,
                "--do",
                "view",
                "--do",
                "run",
                "--request-id",
                "nightly-*",
                "--for",
                "2h",
                "--subject",
                "ada",
                "--issuer",
                "me"
            )
            #expect(status == .completed)
            let text = invocation.output.text
            #expect(text.hasSuffix("\n"))
            let verifier = TokenVerifier(.secretFile(path), issuer: "me", logger: quietLogger("test"))
            let token = try await verifier.verify(String(text.dropLast()))
            #expect(token.subject == "ada")
            #expect(token.grants == [Grant([.view, .run], requestID: NamePattern("nightly-*"))])
            let left = token.expiresAt.milliseconds - Timestamp.now().milliseconds
            #expect((7_100_000...7_200_000).contains(left))
        }
    }

    @Test("token refuses a short secret, a missing file and a time that is none, and prints no secret")
    func refused() async throws {
        try await Self.withSecret("short\n") { path in
            for arguments in [
                ["--secret-file", path, "--do", "view"], ["--secret-file", path + "x", "--do", "view"],
                ["--secret-file", path], ["--secret-file", path, "--do", "look"],
                ["--secret-file", path, "--do", "view", "--for", "1y"],
                ["--secret-file", path, "--do", "view", "--request-id", "a*b"],
            ] {
                let invocation = Invocation()
                #expect(await invocation.run(["token"] + arguments) == .usage, "\(arguments)")
                #expect(invocation.output.text.isEmpty)
                #expect(!invocation.notices.text.contains("short"))
            }
        }
    }

    @Test("--token-file sends the first line of the file")
    func tokenFile() async throws {
        try await Self.withSecret("abc.def.ghi\nmore\n") { path in
            try await ScriptedServer.with { connection in
                _ = try await connection.request()
                try await connection.respond(
                    "200 OK",
                    headers: ["Content-Type": "application/json"],
                    body: Events.run(status: "completed")
                )
            } body: { server in
                let invocation = Invocation()
                #expect(await invocation.run("show", "r", "--api", server.url, "--token-file", path) == .completed)
                #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer abc.def.ghi" })
                #expect(await invocation.run("show", "r", "--token-file", path + "x") == .usage)
            }
        }
    }
}
