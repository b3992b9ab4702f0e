//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import HummingbirdCore
import HummingbirdHTTP2
package import Logging
package import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import Synchronization

/// The connection type of both services: HTTP/1.1, or TLS with HTTP/2 or HTTP/1.1 as the client chooses, with limits.
package struct ServiceChannel: ServerChildChannel {
    /// What the client has chosen.
    fileprivate enum Negotiated: Sendable {
        case http1(HTTP1Channel.Value)
        case http2(HTTP2Channel.Value)
    }

    /// An accepted connection that is not served yet.
    ///
    /// A connection accepted during shutdown is never served. An unused `NIOAsyncChannel` would crash the process, so
    /// it is closed when this is deallocated.
    package final class Value: ServerChildChannelValue {
        /// The connection.
        package let channel: any Channel

        private let connection: EventLoopFuture<Negotiated>
        private let isTaken = Mutex(false)

        fileprivate init(_ channel: any Channel, _ connection: EventLoopFuture<Negotiated>) {
            self.channel = channel
            self.connection = connection
        }

        deinit {
            guard !isTaken.withLock(\.self) else { return }
            let (channel, connection) = (self.channel, self.connection)
            channel.close(promise: nil)
            Task {
                if case .http1(let unused)? = try? await connection.get() {
                    try? await unused.executeThenClose { _, _ in }
                }
            }
        }

        fileprivate func take() -> EventLoopFuture<Negotiated> {
            isTaken.withLock { $0 = true }
            return connection
        }
    }

    private let http1: HTTP1Channel
    private let http2: HTTP2Channel
    private let connections: ConnectionTable
    private let certificate: ServerCertificate?

    init(
        responder: @escaping HTTPChannelHandler.Responder,
        connections: ConnectionTable,
        certificate: ServerCertificate? = nil
    ) {
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: RequestFault.largestFields,
            maxHeaderListSize: RequestFault.largestFields,
            maxHeaderFieldCount: 200
        )
        http1 = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: decoder))
        let limits = connections.limits
        http2 = HTTP2Channel(
            responder: responder,
            configuration: .init(
                idleTimeout: limits.idle,
                gracefulCloseTimeout: Self.farewell,
                streamConfiguration: .init(additionalChannelHandlers: [StreamHandler(limits: limits)])
            )
        )
        self.connections = connections
        self.certificate = certificate
    }

    /// How long the client of an HTTP/2 connection may take to close it at the end of the service. Viewers end by
    /// themselves, spread over at most 20 s.
    private static let farewell = Duration.seconds(25)

    /// Sets up a connection, or rejects it.
    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let entry = connections.admit(channel)
        if let certificate {
            // A refusal in words would cost a handshake.
            guard let entry else { return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
            return setUpTLS(channel, entry, certificate.context(logger: logger), logger)
        }
        guard let entry else {
            return http1.setup(channel: channel, logger: logger).flatMapThrowing { connection in
                try channel.pipeline.syncOperations.addHandler(RefusalHandler(), position: .first)
                return Value(channel, channel.eventLoop.makeSucceededFuture(.http1(connection)))
            }
        }
        return setUpHTTP1(channel, entry, logger).map { Value(channel, channel.eventLoop.makeSucceededFuture($0)) }
    }

    private func setUpTLS(
        _ channel: any Channel,
        _ entry: ConnectionTable.Entry,
        _ context: NIOSSLContext,
        _ logger: Logger
    ) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Negotiated> { result, channel in
                result == .negotiated("h2") ? setUpHTTP2(channel, entry, logger) : setUpHTTP1(channel, entry, logger)
            }
            try channel.pipeline.syncOperations.addHandlers([NIOSSLServerHandler(context: context), negotiation])
            // Until then, no other limit applies.
            let handshake = channel.eventLoop.scheduleTask(in: TimeAmount(connections.limits.header)) {
                channel.close(promise: nil)
            }
            let result = negotiation.protocolNegotiationResult
            result.whenComplete { _ in handshake.cancel() }
            return Value(channel, result)
        }
    }

    private func setUpHTTP1(
        _ channel: any Channel,
        _ entry: ConnectionTable.Entry,
        _ logger: Logger
    ) -> EventLoopFuture<Negotiated> {
        http1.setup(channel: channel, logger: logger).flatMapThrowing { connection in
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let handler = ConnectionHandler(limits: connections.limits, entry: entry)
            try pipeline.addHandler(handler, position: .after(parser))
            return .http1(connection)
        }
    }

    private func setUpHTTP2(
        _ channel: any Channel,
        _ entry: ConnectionTable.Entry,
        _ logger: Logger
    ) -> EventLoopFuture<Negotiated> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(MultiplexedConnection(entry: entry))
        }
        .flatMap { http2.setup(channel: channel, logger: logger) }
        .map { .http2($0) }
    }

    /// Serves a connection.
    package func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.take().get() {
            case .http1(let connection): await http1.handle(value: connection, logger: logger)
            case .http2(let connection): await http2.handle(value: connection, logger: logger)
            }
        } catch {
            // The client and the service do not agree on TLS, or the client has gone.
            logger.debug("a connection ended before its first request", error: error)
        }
    }
}

extension HTTPServerBuilder {
    /// A server that enforces the table's limits.
    ///
    /// - Parameter certificate: For TLS; `nil` for none.
    package static func service(
        _ connections: ConnectionTable,
        certificate: ServerCertificate? = nil
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { ServiceChannel(responder: $0, connections: connections, certificate: certificate) }
    }
}

extension ConnectionTable {
    /// Keeps a server from failing or busy-looping when the system has no descriptor for another connection.
    package func watch(_ server: any Channel, logger: Logger) async throws {
        try await server.eventLoop.submit {
            let pause = AcceptPause(connections: self, logger: logger, eventLoop: server.eventLoop)
            try server.pipeline.syncOperations.addHandler(pause, position: .first)
        }.get()
    }
}
