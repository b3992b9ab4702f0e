//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import Hummingbird
import NIOCore
import Page
import ServiceKit

/// Serves the page: `/`, `/runs/{id}`, `/wall`, `/search`, `/sign-in`, and the files that they load from `/page/{version}`.
struct PageRoutes: Sendable {
    private let page = Site()

    func add(to routes: RouteGroup) {
        let answers: [RouteDescription.Answer] = [
            .init(200, "The document.", "text/html"), .init(304, "It is the one that the client has."),
        ]
        routes.get("/", .init("The page: all runs", answers: answers)) { request, _ in document(.runs, request) }
        routes.get("/wall", .init("The page: several runs", answers: answers)) { request, _ in
            document(.wall, request)
        }
        routes.get("/search", .init("The page: search over all runs", answers: answers)) { request, _ in
            document(.search, request)
        }
        routes.get("/sign-in", .init("The page: sign in with a token", answers: answers)) { request, _ in
            document(.signIn, request)
        }
        routes.get("/runs/:request_id", .init("The page: one run", answers: answers, problems: [422])) {
            request,
            context in
            _ = try Identifier(path: context, "request_id")
            return document(.run, request)
        }
        let file = RouteDescription(
            "A file of the page",
            answers: [.init(200, "The file.", "text/*")],
            problems: [404]
        )
        routes.get("/page/:version/:name", file) { request, context in
            try asset(context.parameters.get("name") ?? "", version: context.parameters.get("version") ?? "")
        }
    }

    private func document(_ view: Site.View, _ request: Request) -> Response {
        let document = page.document(of: view)
        var headers = Self.documentHeaders
        headers[.eTag] = document.entityTag
        if let known = request.headers[.ifNoneMatch], Self.matches(known, document.entityTag) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: document.html)))
    }

    private func asset(_ name: String, version: String) throws -> Response {
        guard version == page.version, let asset = page.asset(name), let type = asset.contentType else {
            throw Problem(.notFound, "The page has no such file. If the page is open, reload it.")
        }
        let headers: HTTPFields = [
            .contentType: type, .cacheControl: "public, max-age=31536000, immutable",
            .xContentTypeOptions: "nosniff", .crossOriginResourcePolicy: "same-origin",
            // A worker has its own policy, which in Firefox also applies to its imports.
            .contentSecurityPolicy: "default-src 'none'; script-src 'self'; connect-src 'self'",
        ]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }

    /// Whether `If-None-Match` contains the tag (RFC 9110, section 13.1.2), even if a proxy has made it weak.
    static func matches(_ field: String, _ entityTag: String) -> Bool {
        field.split(separator: ",").contains { part in
            let tag = part.filter { !$0.isWhitespace }
            return tag == "*" || tag == entityTag || tag == "W/\(entityTag)"
        }
    }

    /// Allows only what the gateway itself serves, and no text to become code or markup.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "worker-src 'self'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types stepcast",
    ].joined(separator: "; ")

    private static let documentHeaders: HTTPFields = [
        .contentType: "text/html; charset=utf-8",
        // Revalidated each time, usually with a 304: it names the version of everything else.
        .cacheControl: "no-cache",
        .contentSecurityPolicy: policy,
        .xContentTypeOptions: "nosniff",
        .referrerPolicy: "same-origin",
        .crossOriginOpenerPolicy: "same-origin",
        .crossOriginResourcePolicy: "same-origin",
    ]
}

extension HTTPField.Name {
    // Our own constants are valid tokens; the fallback is never used.
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .vary
    fileprivate static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy") ?? .vary
}
