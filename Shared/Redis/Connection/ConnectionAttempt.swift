//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import NIOSSL

/// One attempt to establish a usable connection: name lookup, TCP or Unix socket, TLS and handshake, with one time
/// limit for all. Runs on its event loop.
final class ConnectionAttempt: ConnectionMaking {
    private let configuration: RedisConfiguration
    private let asMaster: Bool
    private let eventLoop: any EventLoop
    private var connection: RedisConnection?
    private var deadlineTimer: Scheduled<Void>?
    private var onResult: ((Result<RedisConnection, RedisError>) -> Void)?

    /// - Parameters:
    ///   - configuration: Its endpoint is a server's.
    ///   - asMaster: Whether a server that is no master is refused.
    ///   - onResult: Called exactly once, unless the attempt is abandoned.
    init(
        configuration: RedisConfiguration,
        asMaster: Bool = false,
        eventLoop: any EventLoop,
        onResult: @escaping (Result<RedisConnection, RedisError>) -> Void
    ) {
        self.configuration = configuration
        self.asMaster = asMaster
        self.eventLoop = eventLoop
        self.onResult = onResult
    }

    func start() {
        let limit = configuration.connectTimeout
        deadlineTimer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(clamping: limit)) { [weak self] in
            guard let self else { return }
            // A server without TLS takes the handshake for the start of a command and waits silently for the rest.
            let hint = configuration.tls != nil && connection != nil ? "; does it speak TLS on this port?" : ""
            fail(RedisError(.timedOut, "no answer within \(limit.shortDescription)\(hint)"))
        }
        guard let tls = configuration.tls else {
            connect(tlsContext: nil)
            return
        }
        tls.makeContext(on: eventLoop).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let context): connect(tlsContext: context)
            case .failure(let error): fail(error)
            }
        }
    }

    /// Abandons the attempt without reporting a result. A system call in progress ends by itself within the time limit,
    /// and a connection that it made is closed.
    func abandon() {
        onResult = nil
        fail(RedisError(.shutDown, "the Redis client has been shut down"))
    }

    // MARK: Steps

    private func connect(tlsContext: NIOSSLContext?) {
        guard onResult != nil else { return }
        let configuration = configuration
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(clamping: configuration.connectTimeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tlsContext {
                        let handler = try NIOSSLClientHandler(
                            context: tlsContext,
                            serverHostname: configuration.serverNameForTLS
                        )
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    let connection = try RedisConnection(
                        eventLoop: channel.eventLoop,
                        address: configuration.address,
                        commandTimeout: configuration.commandTimeout,
                        largestReply: configuration.largestReply
                    )
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
        let channel =
            switch configuration.endpoint {
            case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
            case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
            case .master: preconditionFailure("a master is looked up first")
            }
        channel.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel): greet(on: channel)
            case .failure(let error): fail(error)
            }
        }
    }

    private func greet(on channel: any Channel) {
        guard onResult != nil else {
            channel.close(promise: nil)
            return
        }
        let connection: RedisConnection
        do {
            connection = try channel.pipeline.syncOperations.handler(type: RedisConnection.self)
        } catch {
            // The handler can only have removed itself if the channel is closed already.
            fail(RedisError(.connectionClosed, "the connection was closed immediately", cause: error))
            return
        }
        if let reason = connection.closeReason {
            fail(reason)
            return
        }
        self.connection = connection
        connection.onClose = { [weak self] error in self?.fail(error) }
        let handshake = Handshake(configuration, asMaster: asMaster)
        let completion = NIOLoopBound(self, eventLoop: eventLoop)
        connection.submit(
            Request(id: 0, name: "the handshake", commands: handshake.commands) { outcome in
                completion.value.judge(outcome, of: handshake)
            }
        )
    }

    private func judge(_ outcome: Request.Outcome, of handshake: Handshake) {
        switch outcome {
        case .success(let answers):
            if let error = handshake.judge(answers) {
                fail(error)
            } else if let connection {
                connection.onClose = nil
                self.connection = nil
                finish(.success(connection))
            }
        case .failure(let error):
            fail(error)
        }
    }

    // MARK: End

    private func fail(_ error: any Error) {
        let address = configuration.address
        let failure: RedisError =
            if let error = error as? RedisError, error.isFinal {
                error
            } else {
                RedisError(
                    .unavailable,
                    "Redis at \(address) is unavailable: \(ConnectFailure.reason(error))",
                    cause: error
                )
            }
        finish(.failure(failure))
        connection?.onClose = nil
        connection?.close(failure)
        connection = nil
    }

    private func finish(_ result: Result<RedisConnection, RedisError>) {
        deadlineTimer?.cancel()
        deadlineTimer = nil
        let onResult = onResult
        self.onResult = nil
        onResult?(result)
    }
}

extension RedisError {
    /// Whether the message already names the server and the reason.
    fileprivate var isFinal: Bool {
        [.unavailable, .authenticationFailed, .shutDown].contains(code)
    }
}

extension RedisConfiguration {
    /// The name that the server's certificate must have. An IP address is checked separately and is not a server name.
    fileprivate var serverNameForTLS: String? {
        guard case .tcp(let host, _) = endpoint else { return nil }
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return isAddress ? nil : host
    }
}
