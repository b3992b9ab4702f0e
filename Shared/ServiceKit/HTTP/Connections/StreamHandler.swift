//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
package import NIOCore
import NIOHTTPTypes

/// Enforces the limits of one HTTP/2 stream, which carries one request and its response.
final class StreamHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private var connection: MultiplexedConnection?
    private var timer: Scheduled<Void>?

    /// Whether the request was answered here. Nothing more is read or written.
    private var isRefused = false

    init(limits: ConnectionLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        connection = try? context.channel.parent?.pipeline.syncOperations.handler(type: MultiplexedConnection.self)
        connection?.streamOpened()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        connection?.streamClosed()
        connection = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let fault = RequestFault.find(in: head) { return refuse(context, fault) }
            let limit = limits.body
            expire(context, after: limit) { handler, context in handler.refuse(context, .slowBody(limit)) }
        case .body: break
        case .end: timer?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isRefused else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            head.headerFields[.xContentTypeOptions] = "nosniff"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            // A client that does not fetch the response must not keep it.
            expire(context, after: limits.idle) { _, context in context.close(promise: nil) }
            context.write(data, promise: promise)
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ fault: RequestFault) {
        timer?.cancel()
        isRefused = true
        let problem = fault.problem
        let requestID = RequestID()
        let body = ByteBuffer(bytes: problem.json(instance: nil, requestID))
        let head = HTTPResponse(
            status: problem.status,
            headerFields: [
                .contentType: "application/problem+json", .contentLength: "\(body.readableBytes)",
                .xContentTypeOptions: "nosniff", .xRequestID: "\(requestID)",
            ]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        // The rest of the request is not read.
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func expire(
        _ context: ChannelHandlerContext,
        after limit: Duration,
        _ action: @escaping (StreamHandler, ChannelHandlerContext) -> Void
    ) {
        timer?.cancel()
        let bound = NIOLoopBound((handler: self, context: context, action: action), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            let (handler, context, action) = bound.value
            action(handler, context)
        }
    }
}

extension Channel {
    /// Whether it is one of many requests of a connection, as in HTTP/2. Call it on the event loop.
    package var isMultiplexed: Bool {
        (try? pipeline.syncOperations.context(handlerType: StreamHandler.self)) != nil
    }
}
