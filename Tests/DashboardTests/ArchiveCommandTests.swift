//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dashboard
import Foundation
import TestSupport
import Testing

@Suite("The archive on the command line", .timeLimit(.minutes(5)))
struct ArchiveCommandTests {
    private func answer(
        _ bodies: [String],
        status: String = "200 OK",
        isTerminal: Bool = false,
        to arguments: String...
    ) async throws -> (status: Dashboard.ExitStatus, output: String, notices: String, targets: [String]) {
        let index = Turn()
        return try await ScriptedServer.with { connection in
            _ = try await connection.request()
            let json = ["Content-Type": "application/json"]
            try await connection.respond(status, headers: json, body: bodies[min(await index.next(), bodies.count - 1)])
        } body: { server in
            var invocation = Invocation()
            invocation.isTerminal = isTerminal
            let result = await invocation.run(arguments + ["--gateway", server.url])
            return (result, invocation.output.text, invocation.notices.text, server.requests.map(\.target))
        }
    }

    private actor Turn {
        private var count = -1

        func next() -> Int {
            count += 1
            return count
        }
    }

    private static let run =
        #"{"request_id":"r","status":"timed_out","task":"Buy\nmilk","records":12,"created_at":"2020-01-02T03:04:05.000Z","#
        + #""first_record_at":"2020-01-02T03:04:05.000Z","last_record_at":"2020-01-02T03:04:05.000Z","ended":true}"#
    private static let hit =
        #"{"request_id":"r","place":3,"id":"5-0","event":{"type":"log","data":{"level":"ERROR","message":"add to \u001bcart"},"#
        + #""timestamp":"2020-01-02T03:04:05.000Z"},"snippet":[{"text":"add to \u001b"},{"text":"cart","match":true}],"link":"/runs/r#r5-0"}"#

    @Test("history lists runs as a table, in pages")
    func history() async throws {
        let result = try await answer(
            [#"{"runs":[\#(Self.run)],"next":"1.2"}"#, #"{"runs":[\#(Self.run)]}"#],
            to: "history",
            "--status",
            "timed_out",
            "--since",
            "2020-01-01T00:00:00Z"
        )
        #expect(result.status == .completed)
        #expect(
            result.targets == [
                "/api/v1/runs?since=2020-01-01T00%3A00%3A00.000Z&status=timed_out&limit=50",
                "/api/v1/runs?since=2020-01-01T00%3A00%3A00.000Z&status=timed_out&limit=49&after=1.2",
            ]
        )
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.first?.hasPrefix("BEGAN") == true)
        #expect(lines.last?.contains("timed out") == true)
        #expect(lines.last?.contains("Buy") == true)
        let json = try await answer([#"{"runs":[\#(Self.run)]}"#], to: "history", "--json")
        #expect(json.output.contains(#""request_id":"r""#))
        #expect(try await answer([#"{"runs":[]}"#], to: "history").notices.contains("no runs"))
    }

    @Test("search shows where the match is, and lets nothing control the terminal")
    func search() async throws {
        let body = #"{"hits":[\#(Self.hit)]}"#
        let result = try await answer([body], to: "search", "cart*", "add", "--level", "error", "--ranked")
        #expect(result.status == .completed)
        #expect(result.targets == ["/api/v1/logs?q=cart%2A%20add&level=ERROR&sort=rank&limit=50"])
        #expect(result.output.contains("r  ERROR add to "))
        #expect(!result.output.contains("\u{1b}"))
        let coloured = try await answer([body], to: "search", "cart", "--color", "always")
        #expect(coloured.output.contains("\u{1b}[1;33mcart\u{1b}[0m"))
        #expect(try await answer([#"{"hits":[]}"#], to: "search", "x").notices.contains("nothing found"))
    }

    @Test("export prints the lines as they are")
    func export() async throws {
        let lines = "{\"stepcast_export\":1}\n{\"place\":1,\"event\":{\"message\":\"ü\"}}\n"
        let result = try await answer([lines], to: "export", "r")
        #expect(result.status == .completed)
        #expect(result.targets == ["/api/v1/logs/request/r/export"])
        #expect(result.output == lines)
        let broken = try await answer([lines + "{"], to: "export", "r")
        #expect(broken.status == .unreachable)
    }

    @Test("export --html writes a file that is whole, or none")
    func exportHTML() async throws {
        try await withTemporaryDirectory { folder in
            let path = "\(folder.path)/run.html"
            let html = "<!doctype html>\n<p>ü</p>\n</html>\n"
            let result = try await answer([html], to: "export", "r", "--html", path)
            #expect(result.status == .completed)
            #expect(result.targets == ["/api/v1/logs/request/r/export?format=html"])
            #expect(result.output == "")
            #expect(result.notices.contains("written to \(path)"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == html)
            let broken = try await answer(["<!doctype html>\n<p>"], to: "export", "r", "--html", path)
            #expect(broken.status == .unreachable)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == html, "what was there is still there")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run.html"])
            let problem = #"{"title":"Not Found","detail":"The archive has no run r."}"#
            let other = "\(folder.path)/other.html"
            #expect(
                try await answer([problem], status: "404 Not Found", to: "export", "r", "--html", other).status
                    == .failed
            )
            let nowhere = try await answer([html], to: "export", "r", "--html", "\(folder.path)/none/run.html")
            #expect(nowhere.status == .usage)
            #expect(nowhere.notices.contains("cannot be written: No such file"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run.html"])
        }
    }

    @Test("Says why the gateway refuses")
    func refused() async throws {
        let problem = #"{"title":"Not Found","detail":"This gateway has no archive: its setting ARCHIVE_URL is none."}"#
        for arguments in [["history"], ["search", "x"], ["export", "r"]] {
            let index = arguments
            let result = try await ScriptedServer.with { connection in
                _ = try await connection.request()
                try await connection.respond(
                    "404 Not Found",
                    headers: ["Content-Type": "application/json"],
                    body: problem
                )
            } body: { server in
                let invocation = Invocation()
                let status = await invocation.run(index + ["--gateway", server.url])
                return (status, invocation.notices.text)
            }
            #expect(result.0 == .failed)
            #expect(result.1.contains("ARCHIVE_URL"))
        }
    }
}
