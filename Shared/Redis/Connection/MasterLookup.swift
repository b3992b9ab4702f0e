//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Asks the sentinels of a group where its master is, one after the other, until one knows. Runs on its event loop.
final class MasterLookup {
    private let configuration: RedisConfiguration
    private let group: SentinelGroup
    private let eventLoop: any EventLoop
    private var attempt: ConnectionAttempt?
    private var connection: RedisConnection?
    private var failures: [String] = []
    private var onResult: ((Result<RedisConfiguration.Endpoint, RedisError>) -> Void)?

    /// - Parameter onResult: Called exactly once, unless the lookup is abandoned. The endpoint is a server's.
    init(
        of group: SentinelGroup,
        configuration: RedisConfiguration,
        eventLoop: any EventLoop,
        onResult: @escaping (Result<RedisConfiguration.Endpoint, RedisError>) -> Void
    ) {
        self.group = group
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.onResult = onResult
    }

    func start() { ask(group.sentinels[...]) }

    func abandon() {
        onResult = nil
        attempt?.abandon()
        attempt = nil
        hangUp()
    }

    private func ask(_ sentinels: ArraySlice<SentinelGroup.Sentinel>) {
        guard let sentinel = sentinels.first else {
            let reasons = failures.joined(separator: "; ")
            return finish(
                .failure(
                    RedisError(.unavailable, "no sentinel says where the master \(group.name) is: \(reasons)")
                )
            )
        }
        var configuration = configuration
        configuration.endpoint = .tcp(host: sentinel.host, port: sentinel.port)
        configuration.username = group.username
        configuration.password = group.password
        configuration.database = 0
        let attempt = ConnectionAttempt(configuration: configuration, eventLoop: eventLoop) { [self] result in
            self.attempt = nil
            switch result {
            case .failure(let error): goOn(to: sentinels.dropFirst(), after: error.message)
            case .success(let connection): question(connection, sentinels)
            }
        }
        self.attempt = attempt
        attempt.start()
    }

    private func question(_ connection: RedisConnection, _ sentinels: ArraySlice<SentinelGroup.Sentinel>) {
        self.connection = connection
        let command = RedisCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", group.name)
        let lookup = NIOLoopBound(self, eventLoop: eventLoop)
        connection.submit(
            Request(id: 0, name: "SENTINEL", commands: [command]) { outcome in
                lookup.value.judge(outcome, sentinels)
            }
        )
    }

    private func judge(_ outcome: Request.Outcome, _ sentinels: ArraySlice<SentinelGroup.Sentinel>) {
        let address = sentinels.first.map { RedisConfiguration.authority($0.host, $0.port) } ?? ""
        switch Self.endpoint(in: outcome) {
        case .success(let endpoint?):
            hangUp()
            finish(.success(endpoint))
        case .success(nil): goOn(to: sentinels.dropFirst(), after: "\(address) knows no such master")
        case .failure(let error): goOn(to: sentinels.dropFirst(), after: "\(address): \(error.message)")
        }
    }

    private func goOn(to sentinels: ArraySlice<SentinelGroup.Sentinel>, after reason: String) {
        failures.append(reason)
        hangUp()
        if onResult != nil { ask(sentinels) }
    }

    /// - Returns: `nil` if the sentinel does not know the master.
    private static func endpoint(
        in outcome: Request.Outcome
    ) -> Result<RedisConfiguration.Endpoint?, RedisError> {
        outcome.flatMap { answers in
            Result { () throws(RedisError) in
                guard let parts = try answers.first?.get().as([String]?.self) else { return nil }
                guard parts.count == 2, let port = Int(parts[1]), (1...65535).contains(port) else { return nil }
                return .tcp(host: parts[0], port: port)
            }
        }
    }

    private func hangUp() {
        connection?.onClose = nil
        connection?.close(RedisError(.shutDown, "the sentinel has answered"))
        connection = nil
    }

    private func finish(_ result: Result<RedisConfiguration.Endpoint, RedisError>) {
        let onResult = onResult
        self.onResult = nil
        onResult?(result)
    }
}
