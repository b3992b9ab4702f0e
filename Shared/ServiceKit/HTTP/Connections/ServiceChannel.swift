//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import Synchronization

/// The connection type of both services: Hummingbird's HTTP/1.1 with connection limits.
package struct ServiceChannel: ServerChildChannel {
    /// An accepted connection that is not served yet.
    ///
    /// A connection accepted during shutdown is never served. An unused `NIOAsyncChannel` would crash the process, so
    /// it is closed when this is deallocated.
    package final class Value: ServerChildChannelValue {
        /// The connection.
        package var channel: any Channel { connection.channel }

        private let connection: HTTP1Channel.Value
        private let isTaken = Mutex(false)

        fileprivate init(_ connection: HTTP1Channel.Value) { self.connection = connection }

        deinit {
            guard !isTaken.withLock(\.self) else { return }
            let connection = self.connection
            Task { try? await connection.executeThenClose { _, _ in } }
        }

        fileprivate func take() -> HTTP1Channel.Value {
            isTaken.withLock { $0 = true }
            return connection
        }
    }

    private let http: HTTP1Channel
    private let connections: ConnectionTable

    init(responder: @escaping HTTPChannelHandler.Responder, connections: ConnectionTable) {
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: RequestFault.largestFields,
            maxHeaderListSize: RequestFault.largestFields,
            maxHeaderFieldCount: 200
        )
        http = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: decoder))
        self.connections = connections
    }

    /// Sets up a connection, or rejects it.
    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let entry = connections.admit(channel)
        return http.setup(channel: channel, logger: logger).flatMapThrowing { connection in
            let value = Value(connection)
            let pipeline = channel.pipeline.syncOperations
            guard let entry else {
                try pipeline.addHandler(RefusalHandler(), position: .first)
                return value
            }
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let handler = ConnectionHandler(limits: connections.limits, entry: entry)
            try pipeline.addHandler(handler, position: .after(parser))
            return value
        }
    }

    /// Serves a connection.
    package func handle(value: Value, logger: Logger) async {
        await http.handle(value: value.take(), logger: logger)
    }
}

extension HTTPServerBuilder {
    /// A server that enforces the table's limits.
    package static func service(_ connections: ConnectionTable) -> HTTPServerBuilder {
        HTTPServerBuilder { ServiceChannel(responder: $0, connections: connections) }
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
