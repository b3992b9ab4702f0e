//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AsyncHTTPClient
import NIOCore
import Synchronization

/// The connections to models' servers, kept open between steps and shared by all runs.
///
/// Nothing is opened before the first request. The owner calls ``shutdown()`` when all users have finished.
package final class ModelConnections: Sendable {
    private enum State {
        case unused
        case used(HTTPClient)
        case ended
    }

    private let state = Mutex(State.unused)

    package init() {}

    /// The HTTP client for requests.
    ///
    /// - Throws: `ModelError` after the shutdown.
    func client() throws(ModelError) -> HTTPClient {
        let client = state.withLock { state -> HTTPClient? in
            switch state {
            case .used(let client): return client
            case .ended: return nil
            case .unused:
                let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration)
                state = .used(client)
                return client
            }
        }
        guard let client else { throw ModelError(.unreachable, "the service is shutting down") }
        return client
    }

    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10))
        )
        // Retries are up to our own policy.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// Closes all connections. Requests in flight fail.
    package func shutdown() async {
        let client = state.withLock { state -> HTTPClient? in
            defer { state = .ended }
            guard case .used(let client) = state else { return nil }
            return client
        }
        // A connection that cannot be closed ends with the process.
        try? await client?.shutdown()
    }
}
