//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a browser for the address of its DevTools socket: `GET /json/version`, member `webSocketDebuggerUrl`.
enum VersionRequest {
    private static let largestAnswer = 64 << 10

    static func socketURL(at url: RemoteBrowserURL, via socket: DevToolsSocket) async throws -> RemoteBrowserURL {
        let channel = try await socket.bootstrap(.after(.seconds(30)))
            .connect(host: url.host, port: url.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try socket.begin(channel, to: url)
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var headers: HTTPHeaders = ["Host": url.authority, "Connection": "close", "Accept": "application/json"]
            if let authorization = url.authorization { headers.add(name: "Authorization", value: authorization) }
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path(of: url), headers: headers)
            try await outbound.write(.head(head))
            try await outbound.write(.end(nil))
            return try await read(inbound)
        }
    }

    private static func read(
        _ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>
    ) async throws -> RemoteBrowserURL {
        var body = ByteBuffer()
        for try await part in parts {
            switch part {
            case .head(let head):
                guard head.status == .ok else {
                    throw BrowserError(.launchFailed, "/json/version answered with HTTP status \(head.status.code)")
                }
            case .body(var bytes):
                body.writeBuffer(&bytes)
                guard body.readableBytes <= largestAnswer else {
                    throw BrowserError(.launchFailed, "/json/version answered with more than 64 KiB")
                }
            case .end:
                let answer = try? DevToolsValue(parsing: body.readableBytesView)
                guard let text = answer?["webSocketDebuggerUrl"]?.string, let url = try? RemoteBrowserURL(text) else {
                    throw BrowserError(.launchFailed, "/json/version names no webSocketDebuggerUrl")
                }
                return url
            }
        }
        throw BrowserError(.launchFailed, "it closed the connection without an answer")
    }

    /// `/json/version`, below the path that the URL may have, with its query.
    private static func path(of url: RemoteBrowserURL) -> String {
        let parts = url.path.split(separator: "?", maxSplits: 1)
        let base = parts.first.map(String.init) ?? "/"
        let query = parts.count > 1 ? "?\(parts[1])" : ""
        if base.hasSuffix("/json/version") { return base + query }
        return (base.hasSuffix("/") ? base : base + "/") + "json/version" + query
    }
}
