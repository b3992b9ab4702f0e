//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// A connection that sends HTTP/2 frames as it is told, whatever they are.
final class RawHTTP2Connection: Sendable {
    struct Frame: Sendable {
        var type: UInt8
        var flags: UInt8
        var stream: UInt32
        var payload: [UInt8]
    }

    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let frames: AsyncStream<Frame>

    private init(_ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ frames: AsyncStream<Frame>) {
        self.outbound = outbound
        self.frames = frames
    }

    /// Connects to a service and sends the preface, while the body runs.
    static func with(
        port: Int,
        initialWindow: UInt32 = 65_535,
        _ body: @Sendable (RawHTTP2Connection) async throws -> Void
    ) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = ["h2"]
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: nil)
                    )
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            let (frames, frame) = AsyncStream.makeStream(of: Frame.self)
            let connection = RawHTTP2Connection(outbound, frames)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { frame.finish() }
                    var bytes = ByteBuffer()
                    do {
                        for try await var part in inbound {
                            bytes.writeBuffer(&part)
                            while let next = Frame(&bytes) { frame.yield(next) }
                        }
                    } catch {
                        // The service has closed the connection.
                    }
                }
                try await outbound.write(ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
                // SETTINGS_INITIAL_WINDOW_SIZE
                try await connection.send(4, payload: [0, 4] + initialWindow.bytes)
                try await body(connection)
                group.cancelAll()
            }
        }
    }

    /// Sends a frame. Whether the service still reads it, the next answer tells.
    func send(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) async throws {
        try await outbound.write(ByteBuffer(bytes: Self.frame(type, flags: flags, stream: stream, payload: payload)))
    }

    /// Sends bytes.
    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    static func frame(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) -> [UInt8] {
        Array(UInt32(payload.count).bytes.dropFirst()) + [type, flags] + stream.bytes + payload
    }

    /// The frame of a GET without a body.
    static func get(_ path: String, stream: UInt32, isJSON: Bool = false) -> [UInt8] {
        func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
        // GET, https, the path and the authority as literals (RFC 7541).
        var block: [UInt8] = [0x82, 0x87, 0x04] + text(path) + [0x01] + text("localhost")
        if isJSON { block += [0x0F, 0x10] + text("application/json") }
        return frame(1, flags: 0x5, stream: stream, payload: block)
    }

    /// The next frame of a type, on any stream; `nil` when the service closes before.
    func frame(ofType type: UInt8) async -> Frame? {
        for await frame in frames where frame.type == type { return frame }
        return nil
    }

    /// The body of a stream's response, until it has a text or ends.
    ///
    /// - Throws: A `TestFailure` when the service closes before.
    func body(of stream: UInt32, until text: String? = nil) async throws -> String {
        var bytes: [UInt8] = []
        for await frame in frames where frame.stream == stream {
            if frame.type == 0 { bytes += frame.payload }
            // The text may have begun in the frame before.
            if let text,
                String(decoding: bytes.suffix(frame.payload.count + text.utf8.count), as: UTF8.self).contains(text)
            {
                return String(decoding: bytes, as: UTF8.self)
            }
            if frame.flags & 1 == 1, frame.type < 2 { return String(decoding: bytes, as: UTF8.self) }
        }
        throw TestFailure("The service has closed the connection after \(bytes.count) bytes of stream \(stream)")
    }
}

extension RawHTTP2Connection.Frame {
    fileprivate init?(_ bytes: inout ByteBuffer) {
        guard bytes.readableBytes >= 9,
            let start = bytes.getBytes(at: bytes.readerIndex, length: 9)
        else { return nil }
        let length = Int(start[0]) << 16 | Int(start[1]) << 8 | Int(start[2])
        guard bytes.readableBytes >= 9 + length else { return nil }
        bytes.moveReaderIndex(forwardBy: 9)
        let stream = start[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        self.init(type: start[3], flags: start[4], stream: stream, payload: bytes.readBytes(length: length) ?? [])
    }
}

extension UInt32 {
    /// In network order.
    fileprivate var bytes: [UInt8] { (0..<4).reversed().map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}
