// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

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
