//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import HTTPTypes
package import Hummingbird
import NIOCore

/// `GET /healthz`: the process is alive. `GET /readyz`: it is ready to work.
package struct HealthRoutes: Sendable {
    /// Why the service is not ready; `nil` if it is.
    package typealias Check = @Sendable () async -> String?

    private let check: Check

    package init(readiness check: @escaping Check) {
        self.check = check
    }

    package func add(to routes: RouteGroup) {
        let status = APISchema.object(["status": APISchema.text])
        routes.get("/healthz", .init("Whether the process serves", answers: [.json("It does.", status)])) { _, _ in
            Response.json(Self.status("ok"))
        }
        routes.get("/readyz", .init("Whether it is ready to work", answers: [.json("It is.", status)])) { _, _ in
            if let reason = await check() { throw Problem(.serviceUnavailable, reason) }
            return Response.json(Self.status("ready"))
        }
    }

    private static func status(_ status: String) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 32)
        writer.field("status", status)
        return writer.finish()
    }
}

extension Response {
    /// A JSON response.
    package static func json(_ json: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json))
        )
    }
}
