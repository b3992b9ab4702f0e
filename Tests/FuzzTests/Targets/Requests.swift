//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import Foundation
import HTTPTypes
import Hosts
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Traces

@testable import Gateway
@testable import ServiceKit

extension FuzzTarget {
    /// The head of an HTTP request: what the parser of SwiftNIO leaves through is checked and read as the routes do.
    static let requests = FuzzTarget(name: "requests") { input throws(BrokenPromise) in
        let whole = heads([input[...]])
        let split = heads(pieces(of: input, longest: 40))
        try promise(split == whole, "in pieces the requests are others: \(split), \(whole)")
        for head in whole where RequestFault.find(in: head) == nil {
            try check(head)
        }
    }

    private static func heads(_ pieces: [ArraySlice<UInt8>]) -> [HTTPRequestHead] {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
        var heads: [HTTPRequestHead] = []
        for piece in pieces {
            guard (try? channel.writeInbound(ByteBuffer(bytes: piece))) != nil else { break }
        }
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .head(let head) = part { heads.append(head) }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return heads
    }

    private static func check(_ head: HTTPRequestHead) throws(BrokenPromise) {
        for host in head.headers["host"] where !host.isEmpty {
            try promise(HostField(field: host) != nil, "a host that is none was let through: \(host)")
        }
        var fields = HTTPFields()
        for (name, value) in head.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        let request = Request(
            head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: head.uri, headerFields: fields),
            body: RequestBody(buffer: ByteBuffer())
        )
        do {
            _ = try ViewerQuery(request)
        } catch let problem as Problem {
            try promise(!problem.errors.isEmpty, "no parameter is named")
        } catch {
            throw BrokenPromise(description: "the query fails with \(error)")
        }
        var query = QueryReader(request)
        _ = (query.level(), query.time("since"), query.identifier("request_id"), query.cursor("next"))
        for segment in request.uri.path.split(separator: "/") {
            _ = try? Identifier(segment.removingPercentEncoding ?? String(segment))
        }
        for id in head.headers["x-request-id"] { _ = RequestID(id) }
        for text in head.headers["traceparent"] {
            if let context = TraceContext(traceparent: text) {
                try promise(TraceContext(traceparent: "\(context)") == context, "\(context) is another when it is read")
            }
        }
        guard let peer = IPAddress("127.0.0.1"), let block = try? AddressBlock("127.0.0.0/8") else { return }
        _ = TrustedProxies([block])
            .client(
                of: peer,
                forwarded: head.headers["forwarded"],
                forwardedFor: head.headers["x-forwarded-for"]
            )
    }
}
