//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import HTTPTypes
package import Hummingbird

/// Lets requests pass that carry a valid token (RFC 6750), and tells their routes what it allows.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    let verifier: TokenVerifier

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        guard let (token, place) = try RequestToken.find(in: request) else {
            throw Problem.unauthorized("A token is required, as Authorization: Bearer …")
        }
        let access: AccessToken
        do {
            access = try await verifier.verify(token)
        } catch {
            throw Problem.invalidToken("\(error)")
        }
        if place == .query, !access.isViewerToken {
            throw Problem.invalidToken(
                "it may not stand in a URL; only a token may that views runs or batches by their names, for an hour at most"
            )
        }
        var context = context
        context.access = .token(access)
        return try await next(request, context)
    }
}

/// The token of a request, and where it stands.
enum RequestToken {
    enum Place: Hashable {
        case header
        case cookie
        case query
    }

    /// The cookie of the service's own page.
    static let cookie = "stepcast_session"

    /// The parameter of URLs that elements of a page load, which cannot set headers.
    static let parameter = "access_token"

    /// Finds the token. A header wins over the cookie, which the browser sends whether the page wants it or not.
    ///
    /// - Returns: `nil` when there is none.
    /// - Throws: `Problem` 400 when there are two, or one in a URL where none may be; 401 for another scheme.
    static func find(in request: Request) throws -> (token: String, place: Place)? {
        let fields = request.headers[values: .authorization]
        let inQuery = request.uri.queryParameters[Self.parameter[...]].map(String.init)
        guard fields.count + (inQuery == nil ? 0 : 1) <= 1 else {
            throw Problem.invalidRequest("More than one token came with the request.")
        }
        if let inQuery {
            guard allowsQuery(request) else {
                throw Problem.invalidRequest("A token may stand in the URL of streams and pictures only.")
            }
            return (inQuery, .query)
        }
        if let field = fields.first {
            let parts = field.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                throw Problem.unauthorized("The Authorization field must be Bearer and a token.")
            }
            return (String(parts[1].drop { $0 == " " }), .header)
        }
        return cookie(of: request).map { ($0, .cookie) }
    }

    fileprivate static func cookie(of request: Request) -> String? {
        for field in request.headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == cookie, !parts[1].isEmpty { return String(parts[1]) }
            }
        }
        return nil
    }

    /// Whether the path is one that `EventSource` or an image loads.
    private static func allowsQuery(_ request: Request) -> Bool {
        guard [.get, .head].contains(request.method) else { return false }
        let path = request.uri.path
        return path.hasPrefix("/api/v1/stream") || path.hasPrefix("/api/v1/snapshot") || path.contains("/screenshots/")
    }
}

extension Request {
    /// The token of the page's cookie.
    package var sessionToken: String? { RequestToken.cookie(of: self) }
}

extension Problem {
    private static func challenge(_ status: HTTPResponse.Status, _ detail: String, _ parameters: String) -> Problem {
        Problem(status, detail, headers: [.wwwAuthenticate: "Bearer realm=\"stepcast\"\(parameters)"])
    }

    /// No token (RFC 6750, section 3.1): the answer names no error.
    static func unauthorized(_ detail: String) -> Problem { challenge(.unauthorized, detail, "") }

    /// - Parameter reason: What is wrong with the token, to follow "because".
    static func invalidToken(_ reason: String) -> Problem {
        challenge(
            .unauthorized,
            "The token is refused: \(reason).",
            ", error=\"invalid_token\", error_description=\"\(reason.quotable)\""
        )
    }

    static func invalidRequest(_ detail: String) -> Problem {
        challenge(.badRequest, detail, ", error=\"invalid_request\", error_description=\"\(detail.quotable)\"")
    }

    static func insufficient(_ permission: Permission, on what: String) -> Problem {
        challenge(
            .forbidden,
            "The token does not grant \(permission.rawValue) on \(what).",
            ", error=\"insufficient_scope\", scope=\"\(permission.rawValue)\""
        )
    }
}

extension String {
    /// Without what may not stand in a quoted parameter (RFC 6750, section 3).
    fileprivate var quotable: String {
        String(
            unicodeScalars.map { scalar in
                (0x20...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\" ? Character(scalar) : "'"
            }
        )
    }
}
