//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Access
import AgentLogs
import HTTPTypes
import Hummingbird

/// Signs the service's own page in and out: `POST`, `GET` and `DELETE /session` (protocol, section 6).
///
/// The page's token goes into a cookie that no script can read and no other site's page can send.
package struct SessionRoutes: Sendable {
    private let verifier: TokenVerifier?
    private let issuer: String?
    private let scheme: String
    private let hasArchive: Bool

    /// - Parameter hasArchive: Whether the page can search in an archive, which the answers then say.
    package init(_ service: ServiceConfiguration, verifier: TokenVerifier?, hasArchive: Bool = false) {
        self.hasArchive = hasArchive
        self.verifier = verifier
        issuer = service.access?.issuer
        scheme = service.scheme
    }

    /// Adds the routes, which need no token.
    package func add(to routes: RouteGroup) {
        let who = APISchema.object(
            ["authentication": ["type": "boolean"]],
            optional: ["archive": ["type": "boolean"]]
        )
        routes.post(
            "/session",
            .init(
                "Sign in with a token, which becomes a cookie",
                body: APISchema.object(["token": APISchema.text]),
                answers: [.json("Who has signed in, and what is granted.", who)],
                problems: [401, 404]
            ),
            use: signIn
        )
        routes.get(
            "/session",
            .init("Who is signed in", answers: [.json("Who it is, and what is granted.", who)]),
            use: show
        )
        routes.delete("/session", .init("Sign out", answers: [.init(204, "Nobody is signed in.")])) { _, _ in
            Response(status: .noContent, headers: Self.headers(cookie: "", seconds: 0, isSecure: false))
        }
        if verifier != nil {
            routes.get(
                "/.well-known/oauth-protected-resource",
                .init("What tokens are for (RFC 9728)", answers: [.json("The metadata.", ["type": "object"])]),
                use: metadata
            )
        }
    }

    private func signIn(_ request: Request, context: ServiceContext) async throws -> Response {
        guard let verifier else {
            throw Problem(.notFound, "No authentication is configured, so there is nothing to sign in to.")
        }
        let body = try await request.json(context: context)
        guard let text = body["token"]?.string else {
            throw Problem(
                .unprocessableContent,
                "The body has no token.",
                errors: [.init(field: "token", message: "must be a text")]
            )
        }
        let token: AccessToken
        do {
            token = try await verifier.verify(text)
        } catch {
            throw Problem.invalidToken("\(error)")
        }
        var response = Response.json(description(of: token))
        let seconds = (token.expiresAt.milliseconds - Timestamp.now().milliseconds) / 1000
        // The browser says whether it has come by TLS, which a proxy may have ended.
        let isSecure = scheme == "https" || request.headers[.origin]?.hasPrefix("https:") ?? false
        response.headers.append(
            contentsOf: Self.headers(cookie: text, seconds: max(1, seconds), isSecure: isSecure)
        )
        return response
    }

    private func show(_ request: Request, context: ServiceContext) async throws -> Response {
        guard let verifier else {
            return .json(bytes(["authentication": .bool(false)]))
        }
        guard let (text, _) = try RequestToken.find(in: request), let token = try? await verifier.verify(text) else {
            return .json(bytes(["authentication": .bool(true), "signed_in": .bool(false)]))
        }
        return .json(description(of: token))
    }

    /// RFC 9728, section 2.
    private func metadata(_ request: Request, context: ServiceContext) -> Response {
        let scheme = request.headers[.origin]?.hasPrefix("https:") == true ? "https" : self.scheme
        var members: [String: JSONValue] = [
            "resource": .string("\(scheme)://\(request.head.authority ?? "localhost")"),
            "bearer_methods_supported": ["header", "query"],
            "scopes_supported": .array(Permission.allCases.map { .string($0.rawValue) }),
        ]
        if let issuer, issuer.hasPrefix("https://") || issuer.hasPrefix("http://") {
            members["authorization_servers"] = [.string(issuer)]
        }
        return .json(JSONValue.object(members).bytes)
    }

    private func description(of token: AccessToken) -> [UInt8] {
        var members: [String: JSONValue] = [
            "authentication": .bool(true), "signed_in": .bool(true), "expires_at": .string(token.expiresAt.iso8601),
            "grants": .array(token.grants.map(\.json)),
        ]
        members["subject"] = token.subject.map(JSONValue.string)
        return bytes(members)
    }

    private func bytes(_ members: [String: JSONValue]) -> [UInt8] {
        var members = members
        if hasArchive { members["archive"] = .bool(true) }
        return JSONValue.object(members).bytes
    }

    private static func headers(cookie: String, seconds: Int64, isSecure: Bool) -> HTTPFields {
        [
            .setCookie: "\(RequestToken.cookie)=\(cookie); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
                + (isSecure ? "; Secure" : ""),
            .cacheControl: "no-store",
        ]
    }
}
