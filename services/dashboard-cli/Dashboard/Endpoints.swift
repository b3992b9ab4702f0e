//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

/// Where the services are, and the token for them.
struct Endpoints: Sendable {
    var api: ServiceURL
    var gateway: ServiceURL
    var token: String?
    /// A file of certificates that the services' are signed by; `nil` for the system's.
    var certificateAuthorities: String?
    /// The options that gave the addresses, as they go on a command line, with a space before each.
    var options = ""

    /// What to do about a refusal, on a line of its own; empty where the service itself has said it.
    static func hint(for problem: ProblemDetails) -> String {
        problem.status == 401 ? "\nA token is given with --token-file or STEPCAST_TOKEN." : ""
    }

    /// The address of the page that shows a run or a batch in a browser.
    func pageURL(of subject: Subject) -> String {
        switch subject {
        case .run(let id): gateway.appending("/runs/\(id)")
        case .batch(let id): gateway.appending("/", query: [("batch", id.rawValue)])
        }
    }

    /// Where the gateway serves the events of a run or a batch.
    func streamURL(of followed: Subject, query: [(name: String, value: String)] = []) -> String {
        gateway.appending(followed.streamURL, query: query)
    }

    /// Adds to a request what the services need to trust it, and it them.
    func authorize(_ request: inout HTTPClient.Request) {
        request.certificateAuthorities = certificateAuthorities
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
    }
}
