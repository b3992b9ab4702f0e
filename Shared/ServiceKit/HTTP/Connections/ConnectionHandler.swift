//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import NIOCore
import NIOHTTP1

/// Enforces a connection's time limits, and answers invalid HTTP. It comes after the parser.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var state: ConnectionState
    private let entry: ConnectionTable.Entry
    private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?

    /// The value last reported to the table.
    private var toldSince: NIODeadline?

    /// What is wrong with the request. Nothing more is read, and this becomes the response.
    private var fault: RequestFault?
    private var closesBehindAnswer = false

    /// Whether anything but part of a head was read since the last pause.
    private var hasReadParts = false

    init(limits: ConnectionLimits, entry: ConnectionTable.Entry) {
        state = ConnectionState(limits: limits, now: .now())
        self.entry = entry
    }

    func handlerAdded(context: ChannelHandlerContext) { update(context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.task.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.task.cancel()
        context.fireChannelInactive()
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.fault == nil, !state.isClosing else { return }
        let now = NIODeadline.now()
        hasReadParts = true
        switch unwrapInboundIn(data) {
        case .head(let head):
            state.receiveHead(isLast: !head.isKeepAlive || head.version == .http1_0, now: now)
            if let fault = RequestFault.find(in: head) { return fail(context, fault) }
            if head.headers.contains(name: "expect"), state.answersNext { sendContinue(context) }
        case .end: state.receiveEnd(now: now)
        case .body: break
        }
        update(context)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !hasReadParts { state.receivePart(now: .now()) }
        hasReadParts = false
        update(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError, fault == nil { fault = RequestFault(error) }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if state.isClosing, case ChannelEvent.inputClosed = event { return context.close(promise: nil) }
        if event is ChannelShouldQuiesceEvent {
            state.hurry(now: .now())
            update(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is ViewerBegins else { return context.triggerUserOutboundEvent(event, promise: promise) }
        entry.leave()
        promise?.succeed()
    }

    /// Ends the requests of this connection. A handler that waits for more of a request gets a parser error and
    /// responds with 400 after all other responses; that 400 is then replaced by the response to the fault.
    private func fail(_ context: ChannelHandlerContext, _ fault: RequestFault) {
        self.fault = fault
        context.fireErrorCaught(HTTPParserError.unknown)
    }

    /// Lets a client that asked with `Expect: 100-continue` send its body.
    private func sendContinue(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    // MARK: Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !state.isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status == .continue:
            context.write(data, promise: promise)
        case .head(var head):
            closesBehindAnswer = state.beginAnswer() || head.headers["connection"].first == "close"
            if let fault, head.status == .badRequest, head.headers["content-length"].first == "0" {
                return self.write(fault, context, promise)
            }
            if closesBehindAnswer { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            head.headers.replaceOrAdd(name: "X-Content-Type-Options", value: "nosniff")
            if head.headers["x-request-id"].isEmpty { head.headers.add(name: "X-Request-Id", value: "\(RequestID())") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            endAnswer(context, data, promise)
        }
    }

    private func write(_ fault: RequestFault, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let problem = fault.problem
        let requestID = RequestID()
        let body = ByteBuffer(bytes: problem.json(instance: nil, requestID))
        let headers: HTTPHeaders = [
            "Content-Type": "application/problem+json", "Content-Length": "\(body.readableBytes)",
            "Connection": "close", "X-Content-Type-Options": "nosniff", "X-Request-Id": "\(requestID)",
        ]
        let status = HTTPResponseStatus(statusCode: problem.status.code, reasonPhrase: problem.status.reasonPhrase)
        closesBehindAnswer = true
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
            promise: nil
        )
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: promise)
    }

    private func endAnswer(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        let fetched = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let closes = closesBehindAnswer
        fetched.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            guard context.channel.isActive else { return }
            handler.state.fetched(now: .now())
            handler.update(context)
            if closes { handler.closeOutput(context) }
        }
        state.endAnswer(now: .now())
        update(context)
        context.writeAndFlush(data, promise: fetched)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { beginClosing(context) }
        context.close(mode: mode, promise: promise)
    }

    private func closeOutput(_ context: ChannelHandlerContext) {
        guard !state.isClosing else { return }
        beginClosing(context)
        context.close(mode: .output, promise: nil)
    }

    private func beginClosing(_ context: ChannelHandlerContext) {
        state.close(now: .now())
        update(context)
    }

    // MARK: Time limits

    private func update(_ context: ChannelHandlerContext) {
        if state.waitingSince != toldSince {
            toldSince = state.waitingSince
            entry.waits(since: toldSince)
        }
        guard let deadline = state.deadline else { return }
        if let timer {
            // A timer that fires early is rescheduled. That is cheaper than a new timer for each request.
            guard deadline < timer.deadline else { return }
            timer.task.cancel()
        }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            handler.timer = nil
            handler.expire(context)
        }
        self.timer = (task, deadline)
    }

    private func expire(_ context: ChannelHandlerContext) {
        switch state.expire(now: .now()) {
        case .none: break
        case .close: return context.close(promise: nil)
        case .answer(let fault):
            fail(context, fault)
            // Close even if no response can be sent.
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: ConnectionState.lingering) {
                let (_, context) = bound.value
                context.close(promise: nil)
            }
            return
        }
        update(context)
    }
}
