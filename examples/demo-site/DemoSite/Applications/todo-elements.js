// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const sheet = `<style>
  :host { display: block; } form, div { display: flex; gap: .5rem; align-items: center; margin: .25rem 0; }
  input:not([type=checkbox]) { flex: 1; padding: .5rem; font: inherit; } span { flex: 1; }
  .done { text-decoration: line-through; opacity: .6; } button { font: inherit; padding: .25rem .75rem; }
</style>`;

customElements.define("todo-entry", class extends HTMLElement {
  #root = this.attachShadow({ mode: "closed" });
  set todo(todo) {
    this.#root.innerHTML = `${sheet}<div><input type="checkbox"><span></span>
      <button class="edit">Rename</button><button class="remove">Remove</button></div>`;
    const at = (selector) => this.#root.querySelector(selector);
    at("span").textContent = todo.title;
    at("span").className = todo.completed ? "done" : "";
    at("input").checked = todo.completed;
    at("input").ariaLabel = todo.title;
    const tell = (detail) => this.dispatchEvent(new CustomEvent("change-todo", { bubbles: true, detail }));
    at("input").addEventListener("change", () => tell({ completed: at("input").checked }));
    at(".remove").addEventListener("click", () => tell({ removed: true }));
    const rename = () => {
      const field = document.createElement("input");
      field.value = todo.title;
      field.ariaLabel = "New name";
      at("span").replaceWith(field);
      field.focus();
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter") tell({ title: field.value.trim() || todo.title });
        if (event.key === "Escape") tell({});
      });
    };
    at(".edit").addEventListener("click", rename);
    at("span").addEventListener("dblclick", rename);
  }
});

customElements.define("todo-list", class extends HTMLElement {
  #todos = [{ title: "Post the letter", completed: false }, { title: "Buy stamps", completed: true }];
  connectedCallback() {
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = `${sheet}<form><input placeholder="Add an errand" aria-label="New errand">
      <button>Add</button></form><section></section><div><span id="count"></span>
      <button id="clear">Clear completed</button></div>`;
    root.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = root.querySelector("form input");
      if (field.value.trim()) this.#todos.push({ title: field.value.trim(), completed: false });
      field.value = "";
      this.#draw();
    });
    root.querySelector("#clear").addEventListener("click", () => {
      this.#todos = this.#todos.filter((todo) => !todo.completed);
      this.#draw();
    });
    this.#draw();
  }
  #draw() {
    const section = this.shadowRoot.querySelector("section");
    section.replaceChildren(...this.#todos.map((todo) => {
      const entry = document.createElement("todo-entry");
      entry.todo = todo;
      entry.addEventListener("change-todo", ({ detail }) => {
        if (detail.removed) this.#todos = this.#todos.filter((other) => other !== todo);
        Object.assign(todo, detail);
        this.#draw();
      });
      return entry;
    }));
    const left = this.#todos.filter((todo) => !todo.completed).length;
    this.shadowRoot.querySelector("#count").textContent = `${left} left`;
    keep({ todos: this.#todos, left });
  }
});
