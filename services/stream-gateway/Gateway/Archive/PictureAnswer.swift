//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import HTTPTypes
import Hummingbird
import Redis
import ServiceKit

/// Answers requests for pictures of steps, which are at addresses of agent-api, also when Redis has forgotten them.
struct PictureAnswer: Sendable {
    let pictures: RunPictures
    let viewGuard: ViewGuard

    /// - Returns: `nil` for any other request, and where there is no picture: agent-api says why.
    /// - Throws: `Problem` 403, or 503 if Redis does not answer and the archive has no picture.
    func answer(_ request: Request, _ context: ServiceContext) async throws -> Response? {
        guard request.method == .get, let name = Self.name(in: request.uri.path) else { return nil }
        try await viewGuard.check(name.requestID, context)
        let picture: ByteBuffer?
        do throws(RedisError) {
            picture = try await pictures.picture(name)
        } catch {
            throw Problem(.serviceUnavailable, Readiness.Fault(error).summary, headers: [.retryAfter: "1"])
        }
        guard let picture else { return nil }
        return Response(
            status: .ok,
            headers: [
                .contentType: "image/jpeg", .contentLength: "\(picture.readableBytes)",
                // A picture is only for clients that may see the run, and a run's name may be used again.
                .cacheControl: "private, no-cache",
            ],
            body: ResponseBody(byteBuffer: picture)
        )
    }

    /// The picture at `/api/agents/{request_id}/screenshots/{step}`.
    private static func name(in path: String) -> PictureName? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "api", parts[2] == "agents", parts[4] == "screenshots",
            // Of what an identifier may have, the colon alone is ever encoded.
            let requestID = Identifier(
                rawValue: String(parts[3]).replacing("%3A", with: ":").replacing("%3a", with: ":")
            ),
            let step = Int(parts[5]), step > 0
        else { return nil }
        return PictureName(of: requestID, step: step)
    }
}
