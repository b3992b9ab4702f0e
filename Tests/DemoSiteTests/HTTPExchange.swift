//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix

/// One HTTP/1.1 request on its own connection, and the bytes of the response.
struct HTTPExchange {
    var status: Int?
    var head: String
    var body: String

    /// The value of a header, if the response has it.
    func header(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return String(parts[1].drop { $0 == " " })
            }
        }
        return nil
    }

    static func get(_ path: String, port: Int, cookie: String? = nil) async throws -> HTTPExchange {
        try await send("GET", path, port: port, cookie: cookie)
    }

    static func post(_ path: String, form: String, port: Int, cookie: String? = nil) async throws -> HTTPExchange {
        try await send("POST", path, port: port, cookie: cookie, form: form)
    }

    private static func send(
        _ method: String,
        _ path: String,
        port: Int,
        cookie: String?,
        form: String? = nil
    ) async throws -> HTTPExchange {
        var request = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let cookie { request += "Cookie: \(cookie)\r\n" }
        if let form {
            request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n"
        }
        request += "\r\n\(form ?? "")"
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let answer = try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var answer = ByteBuffer()
            for try await var bytes in inbound { answer.writeBuffer(&bytes) }
            return String(buffer: answer)
        }
        guard let end = answer.range(of: "\r\n\r\n") else { return HTTPExchange(status: nil, head: answer, body: "") }
        let head = String(answer[..<end.lowerBound])
        let status = head.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
        return HTTPExchange(status: status, head: head, body: String(answer[end.upperBound...]))
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
