//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Files to delete, which asks; to rename, which wants a name; and to leave, which warns.
enum DialogsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("dialogs") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Files",
        content: #"""
            <h1>Files</h1>
            <ul id="files" class="plain"></ul>
            <p><button id="about">About</button> <button id="edit">Edit without saving</button>
            <button id="later">Remind me</button> <a href="/pages">Leave</a></p>
            <p id="status" role="status">Nothing done</p>
            """#,
        script: Page.keep + #"""

            const state = { files: ["report.txt", "photo.png", "notes.md"], answers: [], dirty: false };
            function show(text) {
              document.getElementById("status").textContent = text;
              document.getElementById("files").replaceChildren(...state.files.map((name, index) => {
                const item = document.createElement("li");
                item.className = "row";
                const [label, remove, rename] = ["span", "button", "button"].map((tag) => document.createElement(tag));
                [label.textContent, remove.textContent, rename.textContent] = [name, "Delete", "Rename"];
                label.className = "grow";
                remove.addEventListener("click", () => {
                  const answer = confirm(`Delete ${name}?`);
                  state.answers.push(answer);
                  if (answer) state.files.splice(index, 1);
                  show(answer ? `Deleted ${name}` : `Kept ${name}`);
                });
                rename.addEventListener("click", () => {
                  const answer = prompt("New name?", name);
                  state.answers.push(answer);
                  if (answer) state.files[index] = answer;
                  show(answer ? `Renamed ${name} to ${answer}` : `${name} keeps its name`);
                });
                item.append(label, remove, rename);
                return item;
              }));
              keep(state);
            }
            document.getElementById("about").addEventListener("click", () => { alert("Files 1.0"); state.answers.push(null); show("Told"); });
            document.getElementById("later").addEventListener("click", () => {
              show("Waiting");
              setTimeout(() => { alert("This is your reminder"); show("Reminded"); }, 300);
            });
            document.getElementById("edit").addEventListener("click", () => {
              state.dirty = true;
              addEventListener("beforeunload", (event) => event.preventDefault());
              show("Not saved");
            });
            show("Nothing done");
            """#
    )
}
