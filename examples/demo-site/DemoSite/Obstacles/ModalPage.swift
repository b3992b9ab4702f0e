//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A form, over which a window lays itself after a moment that has to be closed first.
enum ModalPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("modal") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Feedback",
        content: #"""
            <h1>Feedback</h1>
            <form><div class="field"><label for="opinion">Your opinion</label>
            <textarea id="opinion" rows="3"></textarea></div>
            <p role="radiogroup" aria-label="Stars"><label><input type="radio" name="stars" value="1">1 star</label>
            <label><input type="radio" name="stars" value="3">3 stars</label>
            <label><input type="radio" name="stars" value="5">5 stars</label></p>
            <button class="primary">Send feedback</button></form>
            <p id="status" role="status">Nothing sent</p>
            <div id="overlay" class="overlay" hidden><div role="dialog" aria-modal="true" aria-labelledby="offer">
            <h2 id="offer">Stay in touch</h2><p>Our newsletter comes once a month.</p>
            <label for="address">Email</label> <input id="address" type="email">
            <p><button id="subscribe" class="primary">Subscribe</button> <button id="dismiss">No thanks</button>
            <button id="cross" aria-label="Close">×</button></p></div></div>
            """#,
        script: Page.keep + #"""

            const byId = (id) => document.getElementById(id);
            const state = { modal: "coming", sent: null, address: null };
            const show = (text) => { if (text) byId("status").textContent = text; keep(state); };
            function close(how) {
              state.modal = how;
              byId("overlay").hidden = true;
              show();
            }
            setTimeout(() => { byId("overlay").hidden = false; state.modal = "open"; keep(state); }, 250);
            byId("subscribe").addEventListener("click", () => { state.address = byId("address").value; close("subscribed"); });
            byId("dismiss").addEventListener("click", () => close("dismissed"));
            byId("cross").addEventListener("click", () => close("closed"));
            addEventListener("keydown", (event) => { if (event.key === "Escape" && state.modal === "open") close("escaped"); });
            document.querySelector("form").addEventListener("submit", (event) => {
              event.preventDefault();
              state.sent = { opinion: byId("opinion").value, stars: new FormData(event.target).get("stars") };
              show("Thank you");
            });
            keep(state);
            """#
    )
}
