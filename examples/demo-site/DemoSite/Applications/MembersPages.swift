//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird

/// Pages for members. Visitors without a session are redirected to the form, and from there, through an intermediate
/// page, to where they wanted to go.
struct MembersPages {
    static let user = "grace"
    static let password = "compiler"
    private static let cookie = "member"

    let sessions: Sessions

    func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("members") { _, _ in Response.redirect(to: "/members/orders", type: .found) }
        router.get("members/sign-in") { request, _ in Self.form(next: FormFields(queryOf: request)["next"] ?? "") }
        router.post("members/sign-in") { request, context in try await signIn(request, context) }
        router.get("members/welcome") { request, context in self.welcome(request, context) }
        router.get("members/orders") { request, context in self.orders(request, context) }
        router.get("members/sign-out") { request, _ in
            sessions.close(request.cookies[Self.cookie]?.value)
            return Response.redirect(to: "/members/sign-in", type: .found)
        }
    }

    /// Only a path of this site: a form must not redirect elsewhere.
    private static func local(_ next: String) -> String {
        next.hasPrefix("/") && !next.hasPrefix("//") && !next.contains("\\") ? next : "/members/orders"
    }

    private func signIn(_ request: Request, _ context: DemoSiteContext) async throws -> Response {
        let fields = FormFields(encoded: String(buffer: try await request.body.collect(upTo: 16 * 1024)))
        let next = Self.local(fields["next"] ?? "")
        guard (fields["username"] ?? "").trimmed().lowercased() == Self.user, fields["password"] == Self.password else {
            var page = Self.form(next: next, error: "Unknown user or wrong password")
            page.status = .unauthorized
            return page.response(from: request, context: context)
        }
        var response = Response.redirect(to: "/members/welcome?next=\(percentEncode(next))", type: .normal)
        let token = sessions.open(for: "Grace")
        response.setCookie(Cookie(name: Self.cookie, value: token, path: "/", httpOnly: true, sameSite: .lax))
        return response
    }

    private func welcome(_ request: Request, _ context: DemoSiteContext) -> Response {
        let next = Self.local(FormFields(queryOf: request)["next"] ?? "")
        return Page(
            title: "One moment",
            content: Embedded.membersWelcomeHTML.filled(["next": next]),
            script: Embedded.membersWelcomeJS
        ).response(from: request, context: context)
    }

    private func orders(_ request: Request, _ context: DemoSiteContext) -> Response {
        guard let name = sessions.name(for: request.cookies[Self.cookie]?.value) else {
            return Response.redirect(to: "/members/sign-in?next=\(percentEncode(request.uri.path))", type: .found)
        }
        return Page(
            title: "Your orders",
            content: Embedded.membersOrdersHTML.filled(["name": name]),
            script: Embedded.keepJS + Embedded.membersOrdersJS
        ).response(from: request, context: context)
    }

    private static func form(next: String, error: String? = nil) -> Page {
        Page(
            title: "Members",
            content: Embedded.membersSignInHTML.filled([
                "user": Self.user, "password": Self.password, "error": Page.alert(error), "next": Self.local(next),
                "status": error == nil ? "Signed out" : "Not signed in",
            ]),
            script: Embedded.keepJS + Embedded.membersSignInJS
        )
    }
}
