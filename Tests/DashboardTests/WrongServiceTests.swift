//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dashboard
import Foundation
import TestSupport
import Testing

@Suite("The wrong service, and refusals", .timeLimit(.minutes(5)))
struct WrongServiceTests {
    private static let problem = ["Content-Type": "application/problem+json"]

    @Test("That a run goes on without a gateway is said, with the addresses that were given")
    func withoutGateway() async throws {
        let port = try RefusingPort()
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respond(
                "200 OK",
                headers: ["Content-Type": "application/json"],
                body: Events.accepted
            )
        } body: { server in
            let invocation = Invocation()
            let status = await invocation.run(
                ["run", "t", "--request-id", "r", "--quiet", "--api", server.url, "--gateway", port.url]
            )
            #expect(status == .unreachable)
            let options = "--api \(server.url) --gateway \(port.url)"
            #expect(
                invocation.notices.text == """
                    run r
                    error: stream-gateway cannot be reached at \(port.url): connection refused
                    Is it running there? Another address is given with --gateway or GATEWAY_URL.
                    the run r goes on
                      follow it:  dashboard-cli follow r \(options)
                      cancel it:  dashboard-cli cancel r \(options)

                    """
            )
        }
    }

    @Test("A refusal for another reason than a token says nothing of one", arguments: [401, 403])
    func forbidden(status: Int) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            let body = #"{"title":"Forbidden","detail":"Only loopback addresses are served."}"#
            try await connection.respond("\(status) Refused", headers: Self.problem, body: body)
        } body: { server in
            let invocation = Invocation()
            #expect(await invocation.run("show", "r", "--api", server.url).code == 5)
            #expect(invocation.notices.text.contains("Only loopback addresses are served."))
            #expect(invocation.notices.text.contains("token") == (status == 401))
        }
    }
}
