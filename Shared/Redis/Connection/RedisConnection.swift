//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// One connection to Redis: writes requests, reads replies and matches them.
///
/// ``RequestQueue`` decides; this handler acts. It runs on the event loop of its channel.
final class RedisConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Receives the messages of subscribed channels. If nil, no message is expected.
    var onMessage: ((PublishedMessage) -> Void)?
    /// Called once, after all requests have been completed, with the reason.
    var onClose: ((RedisError) -> Void)?

    private let eventLoop: any EventLoop
    private let address: String
    private let reader: ReplyReader
    private var queue: RequestQueue
    private var context: ChannelHandlerContext?
    /// Why the connection is closed; nil while it is open.
    private(set) var closeReason: RedisError?
    private var flushScheduled = false
    private var deadlineTimer: Scheduled<Void>?
    private var pacing = ReadPacing()
    /// The number of messages in the last read.
    private var messageCount = 0

    /// - Throws: ``ReplyReader/Malformed`` if there is no memory.
    init(
        eventLoop: any EventLoop,
        address: String,
        commandTimeout: Duration,
        largestReply: Int? = nil
    ) throws(ReplyReader.Malformed) {
        self.eventLoop = eventLoop
        self.address = address
        reader = try ReplyReader(largestReply: largestReply)
        queue = RequestQueue(timeout: TimeAmount(clamping: commandTimeout))
    }

    // MARK: Requests

    func submit(_ request: Request) {
        switch queue.enqueue(request, now: .now()) {
        case .write(let buffer):
            context?.write(wrapOutboundOut(buffer), promise: nil)
            scheduleFlush()
            scheduleDeadline()
        case .refuse(let completion):
            completion.deliver()
        }
    }

    /// - Returns: Whether the request was pending on this connection.
    @discardableResult
    func cancel(id: UInt64) -> Bool {
        guard let completion = queue.cancel(id: id) else { return false }
        completion.deliver()
        return true
    }

    /// Whether no reply is pending.
    var isIdle: Bool { queue.isEmpty }

    /// Accepts no more requests, and closes once those in flight are answered.
    func drain() {
        if queue.drain() {
            close(RedisError(.shutDown, "the Redis client has been shut down"))
        }
    }

    func close(_ error: RedisError) {
        guard closeReason == nil else { return }
        closeReason = error
        deadlineTimer?.cancel()
        deadlineTimer = nil
        for completion in queue.close(error) {
            completion.deliver()
        }
        // When draining, everything unflushed has been answered already, so nothing is lost.
        context?.close(promise: nil)
        let onClose = onClose
        self.onClose = nil
        onMessage = nil
        onClose?(error)
    }

    /// All requests of one event loop tick are sent with one system call.
    private func scheduleFlush() {
        guard !flushScheduled else { return }
        flushScheduled = true
        eventLoop.assumeIsolated().execute { [self] in
            flushScheduled = false
            context?.flush()
        }
    }

    private func scheduleDeadline(_ later: NIODeadline? = nil) {
        guard deadlineTimer == nil, closeReason == nil, let deadline = later ?? queue.nextDeadline else { return }
        deadlineTimer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.checkDeadline()
        }
    }

    private func checkDeadline() {
        deadlineTimer = nil
        switch queue.checkDeadline(now: .now()) {
        case .none: break
        case .checkAgain(let deadline): scheduleDeadline(deadline)
        case .close(let error): close(error)
        }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        close(RedisError(.connectionClosed, "the connection to Redis at \(address) is closed"))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard closeReason == nil else { return }
        queue.hear(now: .now())
        do {
            try reader.feed(unwrapInboundIn(data))
            while closeReason == nil, let reply = try reader.next() {
                receive(reply)
            }
        } catch {
            close(RedisError(.protocolError, "\(address) does not speak the Redis protocol: \(error)", cause: error))
        }
    }

    func read(context: ChannelHandlerContext) {
        let count = messageCount
        messageCount = 0
        guard onMessage != nil, let pause = pacing.pause(after: count, now: .now()) else { return context.read() }
        eventLoop.assumeIsolated().scheduleTask(in: pause) { [weak self] in self?.context?.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        close(RedisError(.connectionClosed, "Redis at \(address) closed the connection"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let reason = ConnectFailure.reason(error)
        close(RedisError(.connectionClosed, "the connection to Redis at \(address) failed: \(reason)", cause: error))
    }

    private func receive(_ reply: RESPValue) {
        if let onMessage, let message = PublishedMessage(reply) {
            messageCount += 1
            onMessage(message)
            return
        }
        switch queue.receive(reply) {
        case .none:
            break
        case .complete(let completion):
            completion.deliver()
        case .completeAndClose(let completion):
            completion?.deliver()
            close(RedisError(.shutDown, "the Redis client has been shut down"))
        case .close(let error):
            close(error)
        }
    }
}

/// A message that Redis pushes to a subscribed connection: `["message", channel, payload]`, or for a pattern
/// `["pmessage", pattern, channel, payload]`.
struct PublishedMessage {
    /// The channel or the pattern that was subscribed to.
    let channel: ByteBuffer
    /// The event for its listeners.
    let event: RedisSubscription.Event

    init?(_ reply: RESPValue) {
        guard case .array(let elements) = reply, elements.count == 3 || elements.count == 4,
            case .bulkString(let kind) = elements[0], case .bulkString(let channel) = elements[1]
        else { return nil }
        if elements.count == 3, kind.readableBytesView.elementsEqual("message".utf8) {
            switch elements[2] {
            case .bulkString(let payload): event = .message(payload)
            case .omitted(let byteCount): event = .omitted(byteCount: byteCount)
            default: return nil
            }
        } else if elements.count == 4, kind.readableBytesView.elementsEqual("pmessage".utf8),
            case .bulkString(let matched) = elements[2]
        {
            switch elements[3] {
            case .bulkString(let payload): event = .matched(channel: matched, payload: payload)
            case .omitted: event = .matched(channel: matched, payload: nil)
            default: return nil
            }
        } else {
            return nil
        }
        self.channel = channel
    }
}
