//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird

/// A sign-in form, the account page, and signing out.
struct LoginPages {
    static let email = "ada@example.com"
    static let password = "correct horse"
    private static let cookie = "session"

    let sessions: Sessions

    func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("login") { _, _ in Self.form() }
        router.post("login") { request, context in try await signIn(request, context) }
        router.get("account") { request, context in self.account(request, context) }
        router.post("logout") { request, _ in
            sessions.close(request.cookies[Self.cookie]?.value)
            return Response.redirect(to: "/login", type: .normal)
        }
    }

    private func signIn(_ request: Request, _ context: DemoSiteContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 16 * 1024)
        let fields = FormFields(encoded: String(buffer: body))
        let email = (fields["email"] ?? "").trimmed()
        guard email.lowercased() == Self.email, fields["password"] == Self.password else {
            var page = Self.form(email: email, error: "Wrong email or password")
            page.status = .unauthorized
            return page.response(from: request, context: context)
        }
        var response = Response.redirect(to: "/account", type: .normal)
        let token = sessions.open(for: "Ada")
        response.setCookie(Cookie(name: Self.cookie, value: token, path: "/", httpOnly: true, sameSite: .lax))
        return response
    }

    private func account(_ request: Request, _ context: DemoSiteContext) -> Response {
        guard let name = sessions.name(for: request.cookies[Self.cookie]?.value) else {
            return Response.redirect(to: "/login", type: .normal)
        }
        let page = Page(
            title: "Account",
            content: Embedded.accountHTML.filled(["name": name])
        )
        return page.response(from: request, context: context)
    }

    private static func form(email: String = "", error: String? = nil) -> Page {
        Page(
            title: "Sign in",
            content: Embedded.loginHTML.filled([
                "user": Self.email, "password": Self.password, "error": Page.alert(error), "email": email,
                "status": error == nil ? "Signed out" : "Not signed in",
            ])
        )
    }
}
