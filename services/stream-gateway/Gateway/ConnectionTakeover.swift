//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import ServiceKit
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lets a route take its connection out of HTTP and write to it directly.
///
/// A response that lasts for hours and is written to a thousand times a second does not need what a request needs:
/// decoder, encoder, a task, and buffers. They cost 15 kB per connection and two thirds of the time of each write. So
/// the route names the new owner of the response, and ``ConnectionTakeoverMiddleware`` gives it a channel.
///
/// Without TLS the socket moves to an empty channel, and the old channel is closed. With TLS the connection stays, as
/// others may share it, and the owner's bytes become the body of the response.
final class ConnectionTakeover: Sendable {
    /// Sets up the response's channel, on its event loop, before it is active.
    ///
    /// - Parameters:
    ///   - channel: What takes the bytes of the response. The owner must close it.
    ///   - head: What is to be written first; it may be empty.
    ///   - isSocket: Whether the channel is nothing but its socket.
    typealias Owner = @Sendable (_ channel: any Channel, _ head: ByteBuffer, _ isSocket: Bool) throws -> Void

    /// The one of the request that the current task handles.
    @TaskLocal static var current: ConnectionTakeover?

    private let owner = Mutex<Owner?>(nil)

    /// Sets the new owner of the connection. It receives the head of the response that the route returns; the body is
    /// not written.
    func claim(_ owner: @escaping Owner) {
        self.owner.withLock { $0 = owner }
    }

    fileprivate var claimant: Owner? { owner.withLock(\.self) }
}

/// Hands over connections that a route has claimed. It must be the outermost middleware, so that the head is complete.
struct ConnectionTakeoverMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    /// Whether connections have TLS.
    let isSecure: Bool

    /// Over how long a time the viewers of shared connections are let go at shutdown.
    let shutdownSpread: Duration

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let takeover = ConnectionTakeover()
        let response = try await ConnectionTakeover.$current.withValue(takeover) { try await next(request, context) }
        guard let owner = takeover.claimant else { return response }
        do {
            if isSecure {
                try await share(context.channel, with: owner, head: response.head)
            } else {
                try await handOver(context.channel, to: owner, head: ByteBuffer(head: response.head))
            }
        } catch let problem as Problem {
            return try problem.response(from: request, context: context)
        }
        // This response is not sent: the HTTP connection, or the stream of it, is closed.
        return Response(status: response.status)
    }

    private func handOver(
        _ channel: any Channel,
        to owner: @escaping ConnectionTakeover.Owner,
        head: ByteBuffer
    ) async throws {
        try await channel.eventLoop.flatSubmit {
            do {
                let descriptor = try channel.duplicateDescriptor()
                // Closing releases this descriptor. The socket stays open through the duplicate.
                channel.close(promise: nil)
                return ClientBootstrap(group: channel.eventLoop)
                    .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 256))
                    // Data that the client does not read must wait in the route, which can react to it, instead of by
                    // the megabyte in the kernel.
                    .channelOption(.tcpOption(.init(rawValue: TCP_NOTSENT_LOWAT)), value: 128 << 10)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture { try owner(channel, head, true) }
                    }
                    .withConnectedSocket(descriptor)
                    .map { _ in }
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }.get()
    }

    /// Lets the owner write the body of the response, and waits until the response has ended.
    private func share(
        _ channel: any Channel,
        with owner: @escaping ConnectionTakeover.Owner,
        head: HTTPResponse
    ) async throws {
        try await channel.eventLoop.submit { try SharedResponse.begin(on: channel, owner: owner, head: head) }.get()
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                try? await channel.closeFuture.get()
            } onGracefulShutdown: {
                let delay = TimeAmount(shutdownSpread * Double.random(in: 0...1))
                channel.eventLoop.scheduleTask(in: delay) { SharedResponse.end(on: channel) }
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}

extension Channel {
    /// A second descriptor for the channel's socket. Call it on the event loop.
    fileprivate func duplicateDescriptor() throws -> NIOBSDSocket.Handle {
        let descriptor = try pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            fcntl($0, F_DUPFD_CLOEXEC, 0)
        }
        guard let descriptor else { throw ChannelError.operationUnsupported }
        guard descriptor >= 0 else {
            throw Problem(
                .serviceUnavailable,
                "No file descriptor is free for another viewer.",
                headers: [.retryAfter: "1"]
            )
        }
        return descriptor
    }
}

extension ByteBuffer {
    /// The head of a response in HTTP/1.1 (RFC 9112, section 4). The body ends with the connection (section 6.3).
    fileprivate init(head: HTTPResponse) {
        self.init()
        writeString("HTTP/1.1 \(head.status.code) \(head.status.reasonPhrase)\r\n")
        for field in head.headerFields where field.name != .contentLength {
            writeString("\(field.name.rawName): \(field.value)\r\n")
        }
        writeString("Date: \(Self.date())\r\nConnection: close\r\n\r\n")
    }

    /// The current time in HTTP's format (RFC 9110, section 5.6.7).
    static func date() -> String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
            + "\(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
