//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import ServiceKit
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lets a route take its connection out of HTTP and write to the socket by itself.
///
/// A response that lasts for hours and is written to a thousand times a second has no use for what a request needs:
/// decoder, encoder, a task, buffers of both. They cost 15 kB and two thirds of the time of each write. So the route says
/// who takes the connection, ``ConnectionTakeoverMiddleware`` moves the socket to a channel that has nothing else in it,
/// and the old one goes.
final class ConnectionTakeover: Sendable {
    /// Sets the new channel up, on its event loop, before it is active.
    ///
    /// - Parameters:
    ///   - channel: The socket, as bytes. The owner must close it.
    ///   - head: The response's head, to be written first. It says that the body ends with the connection.
    typealias Owner = @Sendable (_ channel: any Channel, _ head: ByteBuffer) throws -> Void

    /// That of the request which the task answers.
    @TaskLocal static var current: ConnectionTakeover?

    private let owner = Mutex<Owner?>(nil)

    /// Says who gets the connection, with the head of the response that the route then returns. Its body is not written.
    func claim(_ owner: @escaping Owner) {
        self.owner.withLock { $0 = owner }
    }

    fileprivate var claimant: Owner? { owner.withLock(\.self) }
}

/// Hands connections over that a route has claimed. It must be the outermost of all, so that the head that it writes is
/// complete.
struct ConnectionTakeoverMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let takeover = ConnectionTakeover()
        let response = try await ConnectionTakeover.$current.withValue(takeover) { try await next(request, context) }
        guard let owner = takeover.claimant else { return response }
        do {
            try await handOver(context.channel, to: owner, head: ByteBuffer(head: response.head))
        } catch let problem as Problem {
            return try problem.response(from: request, context: context)
        }
        // Goes nowhere: the connection is closed to HTTP.
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
                // Closing releases the descriptor, not the socket, which the duplicate holds.
                channel.close(promise: nil)
                return ClientBootstrap(group: channel.eventLoop)
                    .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 256))
                    // What the other side does not fetch is to wait in the route, which knows what to do about it, and not
                    // by the megabyte in the kernel.
                    .channelOption(.tcpOption(.init(rawValue: TCP_NOTSENT_LOWAT)), value: 128 << 10)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture { try owner(channel, head) }
                    }
                    .withConnectedSocket(descriptor)
                    .map { _ in }
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }.get()
    }
}

extension Channel {
    /// A second descriptor of the channel's socket. On the loop.
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
    /// A response's head as HTTP/1.1 writes it (RFC 9112, section 4). The body ends with the connection (section 6.3).
    fileprivate init(head: HTTPResponse) {
        self.init()
        writeString("HTTP/1.1 \(head.status.code) \(head.status.reasonPhrase)\r\n")
        for field in head.headerFields where field.name != .contentLength {
            writeString("\(field.name.rawName): \(field.value)\r\n")
        }
        writeString("Date: \(Self.date())\r\nConnection: close\r\n\r\n")
    }

    /// The time now as HTTP writes it (RFC 9110, section 5.6.7).
    private static func date() -> String {
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
