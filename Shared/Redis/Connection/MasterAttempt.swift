//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Something that makes one connection, or says why it cannot.
protocol ConnectionMaking: AnyObject {
    func start()

    /// Gives up without a result.
    func abandon()
}

/// One attempt to connect to the master of a group: asks the sentinels where it is, and connects to it. Runs on its event
/// loop.
final class MasterAttempt: ConnectionMaking {
    private var lookup: MasterLookup?
    private var attempt: ConnectionAttempt?
    private var isAbandoned = false

    /// - Parameter onResult: Called exactly once, unless the attempt is abandoned: with the connection and the master's
    ///   endpoint.
    init(
        of group: SentinelGroup,
        configuration: RedisConfiguration,
        eventLoop: any EventLoop,
        onResult: @escaping (Result<(RedisConnection, RedisConfiguration.Endpoint), RedisError>) -> Void
    ) {
        lookup = MasterLookup(of: group, configuration: configuration, eventLoop: eventLoop) { [weak self] result in
            guard let self, !isAbandoned else { return }
            lookup = nil
            switch result {
            case .failure(let error): onResult(.failure(error))
            case .success(let endpoint):
                var configuration = configuration
                configuration.endpoint = endpoint
                let attempt = ConnectionAttempt(
                    configuration: configuration,
                    asMaster: true,
                    eventLoop: eventLoop
                ) { [weak self] result in
                    self?.attempt = nil
                    onResult(result.map { ($0, endpoint) })
                }
                self.attempt = attempt
                attempt.start()
            }
        }
    }

    func start() { lookup?.start() }

    func abandon() {
        isAbandoned = true
        lookup?.abandon()
        attempt?.abandon()
    }
}
