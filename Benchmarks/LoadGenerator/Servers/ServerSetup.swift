//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// What is the same for all servers of a measurement, and where they are found.
struct ServerSetup {
    /// The program `stream-gateway`.
    var gatewayPath: String
    /// More of its environment.
    var gatewayEnvironment: [String: String] = [:]
    /// The token that Stepcast's viewers send.
    var token: String?
    /// The module of nginx.
    var nchanModulePath = "/usr/lib/nginx/modules/ngx_nchan_module.so"
    /// How often an idle viewer hears something, in seconds.
    var heartbeatSeconds = 15
    /// Of each record's text, in bytes.
    var textLength = 100
    /// How records are handed to Redis.
    var form = PublisherForm.ours
    /// How many records may be on their way on one publisher's connection; `nil` for what suits the server.
    var inFlight: Int?
    /// How many records a run keeps for those who come back.
    var historyLength = 20_000
}

/// The servers that can be measured.
enum ServerKind {
    case stepcast
    case nchan(workers: String)

    /// As in the table.
    var name: String {
        switch self {
        case .stepcast: "Stepcast"
        case .nchan(workers: "1"): "nchan"
        case .nchan(let workers): "nchan (\(workers) workers)"
        }
    }

    func start(_ setup: ServerSetup) throws(LoadError) -> any StreamServer {
        switch self {
        case .stepcast: try StepcastServer(setup)
        case .nchan(let workers): try NchanServer(setup, workers: workers)
        }
    }
}
