//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Pages as they are written without a thought for labels and roles: bare fields, boxes that listen to clicks, tables of
/// names and values.
enum PlainPages {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        for (name, content, script) in Self.pages {
            let page = Page(
                title: name,
                content: content,
                script: Page.keep + "\nconst state = {}; keep(state);\n" + Self.watch + script,
                isBare: true
            )
            router.get("plain/\(name)") { _, _ in page }
        }
    }

    /// Every button tells what the fields hold when it is clicked.
    private static let watch = #"""
        const fields = () => [...document.querySelectorAll("input, textarea")];
        document.addEventListener("click", (event) => {
          const button = event.target.closest("button, [data-says]");
          if (!button) return;
          (state.clicked ??= []).push(button.dataset.says ?? button.textContent.trim());
          state.values = fields().filter((f) => !["checkbox", "radio"].includes(f.type)).map((f) => f.value);
          state.checked = fields().flatMap((f, index) => f.checked ? [f.parentElement.textContent.trim() || index] : []);
          keep(state);
        });
        document.addEventListener("focusin", (event) => { state.focused = fields().indexOf(event.target); keep(state); });

        """#

    private static let pages: [(String, String, String)] = [
        ("field", #"<input type="text" id="tt"> <button id="subbtn">Submit</button>"#, ""),
        (
            "login",
            """
            <p><label class="bold">Username</label><input type="text" id="username"></p>
            <p><label class="bold">Password</label><input type="password" id="password"></p>
            <button id="subbtn">Login</button>
            """, ""
        ),
        (
            "passwords",
            """
            <p><label class="bold">Password</label><input type="password" id="password"></p>
            <p><label class="bold">Verify password</label><input type="password" id="verify"></p>
            <button id="subbtn">Submit</button>
            """, ""
        ),
        (
            "checks",
            """
            <div><label><input type="checkbox" id="ch0">kHnAb</label><br><label><input type="checkbox" id="ch1">x8sT</label><br>
            <label><input type="checkbox" id="ch2">Oz</label><br><label><input type="checkbox" id="ch3">aVb4</label></div>
            <button id="subbtn">Submit</button>
            """, ""
        ),
        (
            "sections",
            """
            <div id="area"><h3 class="head">Lorem</h3><div class="body" hidden>Sit amet <span class="alink" data-says="eget">eget</span> nec.</div>
            <h3 class="head">Ipsum</h3><div class="body" hidden>Dolor <span class="alink" data-says="Nec">Nec.</span></div>
            <h3 class="head">Dolor</h3><div class="body" hidden>Nothing here.</div></div>
            """,
            """
            for (const head of document.querySelectorAll(".head")) {
              head.style.cursor = "pointer";
              head.tabIndex = 0;
              head.setAttribute("role", "tab");
              head.setAttribute("aria-expanded", "false");
              head.addEventListener("click", () => {
                for (const other of document.querySelectorAll(".head")) {
                  const isOpen = other === head && other.nextElementSibling.hidden;
                  other.nextElementSibling.hidden = !isOpen;
                  other.setAttribute("aria-expanded", String(isOpen));
                }
              });
            }
            """
        ),
        (
            "table",
            """
            <table><tr><td>Color</td><td>red</td></tr><tr><td>Religion</td><td>none</td></tr><tr><td>Language</td><td>Swift</td></tr></table>
            <label>Value</label> <input id="tt"> <button id="subbtn">Submit</button>
            """, ""
        ),
        (
            "copy",
            """
            <textarea id="to-copy" rows="3">Aliquam erat volutpat, said the 3rd frog.</textarea>
            <p><input type="text" id="answer"></p><button id="subbtn">Submit</button>
            """, ""
        ),
        (
            "paragraph",
            """
            <p>Ut enim, ad minim veniam: quis nostrud.</p><input id="answer"> <button id="subbtn">Submit</button>
            """, ""
        ),
        (
            "buttons",
            #"<button>ONE</button> <button>TWO</button> <div data-says="cog" class="gear" style="cursor:pointer;width:2rem;height:2rem" title="Settings">⚙</div>"#,
            ""
        ),
        (
            "order",
            """
            <p><input type="text"><input type="text"><input type="text"></p>
            <p><label><input type="radio" name="r">A</label> <label><input type="radio" name="r">B</label></p>
            <p><label><input type="checkbox">C</label> <label><input type="checkbox">D</label></p>
            <select><option>5ft 4in</option><option>5ft 5in</option></select> <button>No</button> <button>Yes</button>
            """,
            "document.querySelector('select').addEventListener('change', (event) => { state.list = event.target.value; keep(state); });"
        ),
        (
            "menu",
            """
            <ul id="menu"><li><div>Alwin</div><ul hidden><li><div>Kit</div><ul hidden><li data-says="Rosa"><div>Rosa</div></li><li><div>Sam</div></li></ul></li></ul></li>
            <li><div>Bea</div></li></ul>
            """,
            """
            for (const item of document.querySelectorAll("#menu li")) {
              item.style.cursor = "pointer";
              item.firstChild.addEventListener("click", () => { const list = item.querySelector("ul"); if (list) list.hidden = !list.hidden; });
            }
            """
        ),
        (
            "posts",
            """
            <div class="media"><span class="name">Juana</span> <span class="username">@quis</span><p>Ut nisi.</p>
            <span class="reply" data-says="@quis reply" style="cursor:pointer" title="Reply">↩</span> <span class="share" data-says="@quis share" style="cursor:pointer">Share</span></div>
            <div class="media"><span class="name">Vina</span> <span class="username">@magna</span><p>Sed do.</p>
            <span class="reply" data-says="@magna reply" style="cursor:pointer" title="Reply">↩</span> <span class="share" data-says="@magna share" style="cursor:pointer">Share</span></div>
            """, ""
        ),
    ]
}
