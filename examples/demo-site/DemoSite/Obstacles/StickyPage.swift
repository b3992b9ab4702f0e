//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A long page with a header that stays at the top and a bar that stays at the bottom, both over the content: what is
/// scrolled to the edge of the window lies under them.
enum StickyPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("sticky") { _, _ in Self.page }
    }

    private static let page: Page = {
        let chapters = (1...12).map { number in
            """
            <section aria-label="Chapter \(number)"><h2>Chapter \(number)</h2>
            <p>\(String(repeating: "It goes on for a while, as chapters do. ", count: 6))</p>
            <button class="vote" data-chapter="\(number)">Vote for chapter \(number)</button></section>
            """
        }
        return Page(
            title: "A long read",
            content: """
                <div class="sticky"><strong>A long read</strong> <button id="top">Subscribe</button>
                <span id="status" role="status">No votes</span></div>
                <h1>A long read</h1>
                \(chapters.joined(separator: "\n"))
                <div class="bottom-bar"><span>We use cookies, if you let us.</span>
                <button id="accept">Accept cookies</button> <button id="reject">Reject</button></div>
                """,
            script: Page.keep + #"""

                const state = { votes: [], subscribed: 0, cookies: null };
                const show = (text) => { document.getElementById("status").textContent = text; keep(state); };
                for (const button of document.querySelectorAll(".vote")) {
                  button.addEventListener("click", () => {
                    state.votes.push(Number(button.dataset.chapter));
                    show(`Votes: ${state.votes.join(", ")}`);
                  });
                }
                document.getElementById("top").addEventListener("click", () => { state.subscribed += 1; show("Subscribed"); });
                for (const id of ["accept", "reject"]) {
                  document.getElementById(id).addEventListener("click", () => {
                    state.cookies = id;
                    document.querySelector(".bottom-bar").remove();
                    show(`Cookies: ${id}`);
                  });
                }
                keep(state);
                """#
        )
    }()
}
