//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import NIOCore
import NIOHTTP1

/// Keeps a connection within its times, and answers what is no proper HTTP. It stands behind the parser.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var state: ConnectionState
    private let entry: ConnectionTable.Entry
    private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?

    /// What the table knows.
    private var toldSince: NIODeadline?

    /// What is wrong with the request: nothing more is read, and the answer is this.
    private var fault: RequestFault?
    private var closesBehindAnswer = false

    /// Whether what was read since the last pause was more than a part of a head.
    private var hasReadParts = false

    init(limits: ConnectionLimits, entry: ConnectionTable.Entry) {
        self.state = ConnectionState(limits: limits, now: .now())
        self.entry = entry
    }

    func handlerAdded(context: ChannelHandlerContext) { self.update(context) }

    func handlerRemoved(context: ChannelHandlerContext) { self.timer?.task.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.task.cancel()
        context.fireChannelInactive()
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.fault == nil, !self.state.isClosing else { return }
        let now = NIODeadline.now()
        self.hasReadParts = true
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.state.receiveHead(isLast: !head.isKeepAlive || head.version == .http1_0, now: now)
            if let fault = RequestFault.find(in: head) { return self.fail(context, fault) }
            if head.headers.contains(name: "expect"), self.state.answersNext { self.goOn(context) }
        case .end: self.state.receiveEnd(now: now)
        case .body: break
        }
        self.update(context)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !self.hasReadParts { self.state.receivePart(now: .now()) }
        self.hasReadParts = false
        self.update(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError, self.fault == nil { self.fault = RequestFault(error) }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if self.state.isClosing, case ChannelEvent.inputClosed = event { return context.close(promise: nil) }
        if event is ChannelShouldQuiesceEvent {
            self.state.hurry(now: .now())
            self.update(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Ends the requests of this connection: whoever waits for more of them gets an error of the parser and answers 400
    /// behind all other answers, which is then made the answer to the fault.
    private func fail(_ context: ChannelHandlerContext, _ fault: RequestFault) {
        self.fault = fault
        context.fireErrorCaught(HTTPParserError.unknown)
    }

    /// Lets a client that asks before it sends a body send it.
    private func goOn(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
    }

    // MARK: What goes out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.state.isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch self.unwrapOutboundIn(data) {
        case .head(let head) where head.status == .continue:
            context.write(data, promise: promise)
        case .head(var head):
            self.closesBehindAnswer = self.state.beginAnswer() || head.headers["connection"].first == "close"
            if let fault, head.status == .badRequest, head.headers["content-length"].first == "0" {
                return self.write(fault, context, promise)
            }
            if self.closesBehindAnswer { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            head.headers.replaceOrAdd(name: "X-Content-Type-Options", value: "nosniff")
            context.write(self.wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            self.endAnswer(context, data, promise)
        }
    }

    private func write(_ fault: RequestFault, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let problem = fault.problem
        let body = ByteBuffer(bytes: problem.json(instance: nil))
        let headers: HTTPHeaders = [
            "Content-Type": "application/problem+json", "Content-Length": "\(body.readableBytes)",
            "Connection": "close", "X-Content-Type-Options": "nosniff",
        ]
        let status = HTTPResponseStatus(statusCode: problem.status.code, reasonPhrase: problem.status.reasonPhrase)
        self.closesBehindAnswer = true
        context.write(
            self.wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
            promise: nil
        )
        context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: promise)
    }

    private func endAnswer(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        let fetched = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let closes = self.closesBehindAnswer
        fetched.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            guard context.channel.isActive else { return }
            handler.state.fetched(now: .now())
            handler.update(context)
            if closes { handler.closeOutput(context) }
        }
        self.state.endAnswer(now: .now())
        self.update(context)
        context.writeAndFlush(data, promise: fetched)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { self.beginClosing(context) }
        context.close(mode: mode, promise: promise)
    }

    private func closeOutput(_ context: ChannelHandlerContext) {
        guard !self.state.isClosing else { return }
        self.beginClosing(context)
        context.close(mode: .output, promise: nil)
    }

    private func beginClosing(_ context: ChannelHandlerContext) {
        self.state.close(now: .now())
        self.update(context)
    }

    // MARK: Time

    private func update(_ context: ChannelHandlerContext) {
        if self.state.waitingSince != self.toldSince {
            self.toldSince = self.state.waitingSince
            self.entry.waits(since: self.toldSince)
        }
        guard let deadline = self.state.deadline else { return }
        if let timer {
            // One that is too early looks again; that costs less than a new one for each request.
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
        switch self.state.expire(now: .now()) {
        case .none: break
        case .close: return context.close(promise: nil)
        case .answer(let fault):
            self.fail(context, fault)
            // Also when nobody is there to answer.
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: ConnectionState.lingering) {
                let (_, context) = bound.value
                context.close(promise: nil)
            }
            return
        }
        self.update(context)
    }
}
