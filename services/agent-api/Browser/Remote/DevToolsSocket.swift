//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// The connection to a browser elsewhere: one WebSocket (RFC 6455) with a DevTools message in each text.
final class DevToolsSocket: Sendable {
    private struct State {
        var channel: (any Channel)?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Connects.
    ///
    /// - Parameters:
    ///   - receive: gets each message, in order. When it throws, the connection is closed.
    ///   - end: is called once, with why, when a connection that stood has ended.
    /// - Throws: ``BrowserError`` (`launchFailed`) or `CancellationError`.
    func connect(
        to url: RemoteBrowserURL,
        until deadline: Deadline,
        receive: @escaping @Sendable ([UInt8]) throws -> Void,
        end: @escaping @Sendable (String) -> Void
    ) async throws {
        let timer = MultiThreadedEventLoopGroup.singleton.next()
            .scheduleTask(in: TimeAmount(deadline.remaining)) { self.abandon() }
        defer { timer.cancel() }
        do {
            try await withTaskCancellationHandler {
                let socket = url.isSocket ? url : url.socket(try await VersionRequest.socketURL(at: url, via: self))
                let handler = DevToolsSocketHandler(receive: receive, end: end)
                let upgraded = try await bootstrap(deadline)
                    .connect(host: socket.host, port: socket.port) { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try self.begin(channel, to: socket)
                            return try Self.upgrade(channel, to: socket, handler: handler)
                        }
                    }
                guard try await upgraded.get() else {
                    throw BrowserError(.launchFailed, "it does not take a WebSocket at that path")
                }
            } onCancel: {
                abandon()
            }
        } catch {
            abandon()
            try Task.checkCancellation()
            let reason = deadline.hasPassed ? "no answer in time" : Self.reason(error)
            throw BrowserError(.launchFailed, "cannot reach the browser at \(url): \(reason)")
        }
    }

    func bootstrap(_ deadline: Deadline) -> ClientBootstrap {
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(TimeAmount(deadline.remaining))
    }

    /// Notes the channel, so that it can be given up, and puts TLS into it where wanted.
    func begin(_ channel: any Channel, to url: RemoteBrowserURL) throws {
        try state.withLock { state in
            guard !state.isClosed else { throw ChannelError.eof }
            state.channel = channel
        }
        guard url.isSecure else { return }
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        // An address is no name that could be told to the server.
        let isAddress = (try? SocketAddress(ipAddress: url.host, port: 0)) != nil
        let handler = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : url.host)
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private static func upgrade(
        _ channel: any Channel,
        to url: RemoteBrowserURL,
        handler: DevToolsSocketHandler
    ) throws -> EventLoopFuture<Bool> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Bool>(
            maxFrameSize: DevToolsSocketHandler.maximumFrameLength,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return true
                }
            }
        )
        var headers: HTTPHeaders = ["Host": url.authority, "Content-Length": "0"]
        if let authorization = url.authorization { headers.add(name: "Authorization", value: authorization) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: url.path, headers: headers)
        let configuration = NIOTypedHTTPClientUpgradeConfiguration<Bool>(
            upgradeRequestHead: head,
            upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in channel.eventLoop.makeSucceededFuture(false) }
        )
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: .init(upgradeConfiguration: configuration)
        )
    }

    /// Puts a message on its way.
    func send(_ message: [UInt8]) {
        guard let channel = state.withLock({ $0.channel }) else { return }
        let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(bytes: message))
        channel.writeAndFlush(frame, promise: nil)
    }

    /// Closes the connection. Returns when it is closed.
    func close() async {
        let channel = state.withLock { state in
            state.isClosed = true
            return state.channel
        }
        guard let channel else { return }
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: ByteBuffer())
        channel.writeAndFlush(frame, promise: nil)
        channel.close(promise: nil)
        try? await channel.closeFuture.get()
    }

    /// Gives up what has been begun.
    private func abandon() {
        let channel = state.withLock { state in
            state.isClosed = true
            return state.channel
        }
        channel?.close(promise: nil)
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as BrowserError: error.message
        case let error as NIOConnectionError:
            error.connectionErrors.last.map { "\($0.error)" } ?? error.dnsAError.map { "\($0)" } ?? "\(error)"
        case ChannelError.eof, ChannelError.ioOnClosedChannel: "it closed the connection"
        default: "\(error)"
        }
    }
}
