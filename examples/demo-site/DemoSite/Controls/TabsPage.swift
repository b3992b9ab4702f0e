//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Tabs, an accordion and a `details` element: what is to be found is not there before something else is opened.
enum TabsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("tabs") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Handbook",
        content: #"""
            <h1>Handbook</h1>
            <div role="tablist" aria-label="Chapters" class="tabs">
            <button role="tab" id="tab-1" aria-controls="panel-1" aria-selected="true">Overview</button>
            <button role="tab" id="tab-2" aria-controls="panel-2" aria-selected="false" tabindex="-1">Settings</button>
            <button role="tab" id="tab-3" aria-controls="panel-3" aria-selected="false" tabindex="-1">History</button>
            </div>
            <section role="tabpanel" id="panel-1" aria-labelledby="tab-1"><p>Choose a chapter above.</p>
            <a href="#more">More</a></section>
            <section role="tabpanel" id="panel-2" aria-labelledby="tab-2" hidden>
            <p><label><input type="checkbox" id="updates">Send me updates</label></p>
            <p><label for="nick">Nickname</label> <input id="nick"></p><button id="save">Save settings</button></section>
            <section role="tabpanel" id="panel-3" aria-labelledby="tab-3" hidden><ul><li>12 March 2026: signed up</li>
            <li>3 April 2026: changed the password</li></ul></section>
            <h2 id="more">Questions</h2>
            <div class="accordion">
            <h3><button aria-expanded="false" aria-controls="answer-1">How do I return something?</button></h3>
            <div id="answer-1" hidden><p>Write to us within 30 days. <a href="#form">The form</a></p></div>
            <h3><button aria-expanded="false" aria-controls="answer-2">When will it arrive?</button></h3>
            <div id="answer-2" hidden><p>After three working days.</p></div>
            <h3><button aria-expanded="false" aria-controls="answer-3">Where is my secret word?</button></h3>
            <div id="answer-3" hidden><p>The secret word is <b>marzipan</b>.</p><button id="confirm">I have it</button></div>
            </div>
            <details><summary>Small print</summary><p>Nothing is guaranteed. <button id="agree">I agree</button></p></details>
            <p id="status" role="status">Nothing yet</p>
            """#,
        script: Page.keep + #"""

            const byId = (id) => document.getElementById(id);
            const state = { tab: "Overview", open: [], saved: null, confirmed: false, agreed: false };
            const show = (text) => { byId("status").textContent = text; keep(state); };
            const tabs = [...document.querySelectorAll("[role=tab]")];
            function choose(tab) {
              for (const other of tabs) {
                const isChosen = other === tab;
                other.ariaSelected = String(isChosen);
                other.tabIndex = isChosen ? 0 : -1;
                byId(other.getAttribute("aria-controls")).hidden = !isChosen;
              }
              state.tab = tab.textContent;
              show(`Chapter: ${state.tab}`);
            }
            tabs.forEach((tab, index) => {
              tab.addEventListener("click", () => choose(tab));
              tab.addEventListener("keydown", (event) => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (!step) return;
                const next = tabs[(index + step + tabs.length) % tabs.length];
                next.focus();
                choose(next);
              });
            });
            for (const button of document.querySelectorAll(".accordion h3 button")) {
              button.addEventListener("click", () => {
                const isOpen = button.ariaExpanded !== "true";
                button.ariaExpanded = String(isOpen);
                byId(button.getAttribute("aria-controls")).hidden = !isOpen;
                state.open = [...document.querySelectorAll(".accordion [aria-expanded=true]")].map((open) => open.textContent);
                show(isOpen ? `Opened: ${button.textContent}` : `Closed: ${button.textContent}`);
              });
            }
            byId("save").addEventListener("click", () => {
              state.saved = { updates: byId("updates").checked, nick: byId("nick").value };
              show("Settings saved");
            });
            byId("confirm").addEventListener("click", () => { state.confirmed = true; show("You have it"); });
            byId("agree").addEventListener("click", () => { state.agreed = true; show("You agree"); });
            keep(state);
            """#
    )
}
